pub(crate) mod add_link;
pub(crate) mod click_stats;
pub(crate) mod link_stream;
pub(crate) mod list_links;
pub(crate) mod set_status;
pub(crate) mod visit;
