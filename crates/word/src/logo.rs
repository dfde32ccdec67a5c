//! The place for a logo: a picture whose name, title or description is "logo".

use crate::xml::{Element, Node};

/// Whether this drawing is the logo's place.
pub(crate) fn is_place(drawing: &Element) -> bool {
    drawing.has(&|element| {
        let says = |name| {
            element.attribute(name).is_some_and(|text| {
                let text = text.trim().to_lowercase();
                text == "logo" || text == "school logo" || text == "cap logo"
            })
        };
        element.name == "wp:docPr" && (says("name") || says("title") || says("descr"))
    })
}

/// The place with the logo in it, as large as fits with its own shape.
pub(crate) fn put(place: &Element, relation: &str, width: u32, height: u32) -> Element {
    let mut drawing = place.clone();
    fit(&mut drawing, relation, f64::from(width.max(1)) / f64::from(height.max(1)));
    drawing
}

fn fit(element: &mut Element, relation: &str, shape: f64) {
    match element.name.as_str() {
        "wp:extent" | "a:ext" => {
            let side = |name| element.attribute(name).and_then(|text| text.parse::<f64>().ok());
            if let (Some(width), Some(height)) = (side("cx"), side("cy")) {
                let (width, height) = (width.min(height * shape), height.min(width / shape));
                element.set("cx", &format!("{:.0}", width.max(1.0)));
                element.set("cy", &format!("{:.0}", height.max(1.0)));
            }
        }
        "a:blip" => {
            element.attributes.retain(|(name, _)| name != "r:link");
            element.children.clear();
            element.set("r:embed", relation);
        }
        _ => {}
    }
    for node in &mut element.children {
        if let Node::Element(child) = node {
            fit(child, relation, shape);
        }
    }
}

/// Width and height of a PNG in dots.
pub(crate) fn png_size(png: &[u8]) -> Option<(u32, u32)> {
    if !png.starts_with(b"\x89PNG\r\n\x1a\n") {
        return None;
    }
    let number = |at: usize| Some(u32::from_be_bytes(png.get(at..at + 4)?.try_into().ok()?));
    Some((number(16)?, number(20)?))
}
