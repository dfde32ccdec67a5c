//! Which page of a list is shown, and the way to the others.

/// A list's place among its pages, for the macro `pagination`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pages {
    /// The page shown, from 1.
    pub page: u64,
    /// How many pages there are, at least 1.
    pub pages: u64,
    /// How many rows the whole list has.
    pub total: u64,
    /// How many rows a page has, at least 1.
    pub per_page: u64,
    address: String,
}

/// One entry of the row of page numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PageLink {
    /// A page that can be opened.
    Page(u64),
    /// The page shown.
    Current(u64),
    /// Pages left out.
    Gap,
}

impl Pages {
    /// The place of page `wanted` in a list of `total` rows. A page beyond the list's end
    /// becomes the last one. `address` is the list's address with its filters and without
    /// `page`, such as `/clm/registers?show=overdue`.
    pub fn new(wanted: u64, per_page: u64, total: u64, address: impl Into<String>) -> Pages {
        let per_page = per_page.max(1);
        let pages = total.div_ceil(per_page).max(1);
        Pages {
            page: wanted.clamp(1, pages),
            pages,
            total,
            per_page,
            address: address.into(),
        }
    }

    /// How many rows come before this page's first.
    pub fn offset(&self) -> u64 {
        (self.page - 1) * self.per_page
    }

    /// The number of this page's first row, from 1; 0 when the list is empty.
    pub fn first(&self) -> u64 {
        self.total.min(self.offset() + 1)
    }

    /// The number of this page's last row.
    pub fn last(&self) -> u64 {
        self.total.min(self.offset() + self.per_page)
    }

    /// The address of page `page`.
    pub fn href(&self, page: u64) -> String {
        let joint = if self.address.contains('?') { '&' } else { '?' };
        format!("{}{joint}page={page}", self.address)
    }

    /// The page before, if there is one.
    pub fn previous(&self) -> Option<u64> {
        (self.page > 1).then(|| self.page - 1)
    }

    /// The page after, if there is one.
    pub fn next(&self) -> Option<u64> {
        (self.page < self.pages).then(|| self.page + 1)
    }

    /// The row of numbers: first, last, the page shown and its neighbours. A gap always
    /// stands for two pages or more, since a single one takes no more room itself.
    pub fn links(&self) -> Vec<PageLink> {
        let shown = |page: u64| page == 1 || page == self.pages || page.abs_diff(self.page) <= 1;
        let near = self.page.saturating_sub(2)..=self.page + 2;
        let mut candidates: Vec<u64> = [1, 2, self.pages - 1, self.pages].into_iter().chain(near).collect();
        candidates.retain(|page| (1..=self.pages).contains(page));
        candidates.sort_unstable();
        candidates.dedup();

        let mut links = Vec::new();
        let mut before = 0;
        for page in candidates {
            let stands_between = shown(page.saturating_sub(1)) && shown(page + 1);
            if !shown(page) && !stands_between {
                continue;
            }
            if page > before + 1 {
                links.push(PageLink::Gap);
            }
            links.push(if page == self.page {
                PageLink::Current(page)
            } else {
                PageLink::Page(page)
            });
            before = page;
        }
        links
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(page: u64, pages: u64) -> String {
        let links = Pages::new(page, 1, pages, "/list").links();
        let word = |link: &PageLink| match link {
            PageLink::Page(page) => page.to_string(),
            PageLink::Current(page) => format!("[{page}]"),
            PageLink::Gap => "…".to_owned(),
        };
        links.iter().map(word).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn the_row_of_numbers_leaves_out_what_is_far() {
        for (page, pages, expected) in [
            (1, 1, "[1]"),
            (2, 3, "1 [2] 3"),
            (1, 9, "[1] 2 … 9"),
            (3, 9, "1 2 [3] 4 … 9"),
            (4, 9, "1 2 3 [4] 5 … 9"),
            (5, 9, "1 … 4 [5] 6 … 9"),
            (9, 9, "1 … 8 [9]"),
        ] {
            assert_eq!(row(page, pages), expected);
        }
    }

    #[test]
    fn a_page_out_of_range_becomes_the_nearest() {
        for (wanted, total, page, first, last) in [
            (0, 45, 1, 1, 20),
            (3, 45, 3, 41, 45),
            (99, 45, 3, 41, 45),
            (1, 0, 1, 0, 0),
            (1, 20, 1, 1, 20),
        ] {
            let pages = Pages::new(wanted, 20, total, "/list");
            assert_eq!(
                (pages.page, pages.first(), pages.last()),
                (page, first, last),
                "page {wanted} of {total}"
            );
        }
        assert_eq!(Pages::new(1, 0, 3, "/list").pages, 3);
    }

    #[test]
    fn addresses_keep_the_filters() {
        assert_eq!(Pages::new(1, 20, 45, "/list").href(2), "/list?page=2");
        assert_eq!(Pages::new(1, 20, 45, "/list?show=overdue").href(2), "/list?show=overdue&page=2");
    }
}
