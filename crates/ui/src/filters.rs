//! What a filter panel shows about the filters in force.

/// One filter in force, shown as a button that takes it away.
pub struct ActiveFilter {
    /// Such as "Provider: Riverside".
    pub label: String,
    /// The same list without this filter.
    pub remove_href: String,
}
