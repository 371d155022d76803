//! Whether the strategies are worth their name: lively, readable by the library, quick to shrink.

mod bring;
mod coverage;
mod edges;
mod laws;
mod shrinking;

/// How many values a test looks at: so many, or as many as `PROPTEST_CASES` says.
fn cases(usual: u32) -> u32 {
    std::env::var("PROPTEST_CASES").ok().and_then(|it| it.parse().ok()).unwrap_or(usual)
}
