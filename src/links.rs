//! Addresses of the web, and what is none: what others wrote may become a link of a page only when it is one.

use url::Url;

/// Whether this is an address of a web page, as browsers would read it.
pub fn is_web(text: &str) -> bool {
    Url::parse(text).is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
}

/// Whether this leads elsewhere than to a web page: `javascript:…`, `data:…`, `file:…`. Addresses that people write
/// without a scheme, such as `linkedin.com/in/marie`, do not.
pub fn leads_elsewhere(text: &str) -> bool {
    match Url::parse(text) {
        // A name with a port is no scheme.
        Ok(url) => !is_web(text) && !url.scheme().contains('.'),
        Err(url::ParseError::RelativeUrlWithoutBase) => false,
        Err(_) => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_web_pages_are_links() {
        for good in ["https://exemple.fr/offre?id=1", "HTTP://exemple.fr", "https://exemple.fr:8443/é"] {
            assert!(is_web(good) && !leads_elsewhere(good), "{good}");
        }
        for bad in [
            "javascript:alert(1)",
            "JavaScript:alert(1)",
            "java\nscript:alert(1)",
            " \u{1}javascript:alert(1)",
            "data:text/html,<script>",
            "file:///etc/passwd",
            "vbscript:x",
            "ftp://exemple.fr",
            "https://",
        ] {
            assert!(!is_web(bad) && leads_elsewhere(bad), "{bad}");
        }
        for words in
            ["linkedin.com/in/marie", "www.exemple.fr", "exemple.fr:8080/cv", "//exemple.fr", "", "Mon site"]
        {
            assert!(!is_web(words) && !leads_elsewhere(words), "{words}");
        }
    }
}
