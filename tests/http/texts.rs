//! What people type is text: it comes back as it was, whatever another program could take it for.

use proptest::prelude::*;
use serde_json::json;

use crate::support::{Server, offer};

const HOSTILE: [&str; 8] = [
    "'; DROP TABLE offers; --",
    "<script>alert(document.cookie)</script>",
    "\"><img src=x onerror=alert(1)>",
    "{{ 7 * 7 }} {% raw %} ${jndi:ldap://x} %s %n",
    "../../etc/passwd\\..\\..",
    "ligne 1\r\nSet-Cookie: a=b",
    "zéro\u{200b}largeur \u{202e}envers\u{202c} 👩‍👩‍👧",
    "null\u{0}octet",
];

#[tokio::test]
async fn hostile_text_comes_back_as_the_same_text() {
    let server = Server::new();
    let (admin, anne) = (server.admin(), server.member("anne"));
    for (n, text) in HOSTILE.into_iter().enumerate() {
        // An import reads HTML as its text; that it is read at all is enough here.
        let label = json!([{ "label": text, "need": "required" }]);
        let mut hostile = offer("import", text, text);
        (hostile["company"], hostile["skills"]) = (text.into(), label);
        admin.post("/api/offers/import").json(&hostile).await.is(200);
        admin.import(&[offer(&format!("o{n}"), "Soudeur", "Soudure TIG.")]).await;
        let at = format!("/api/offers/test:o{n}");
        let change = json!({ "description": text, "company": text, "title": text });
        admin.patch(&at).json(&change).await.is(200);
        let found = anne.get(&at).await.is(200);
        for field in ["title", "description", "company"] {
            assert_eq!(found.at(&format!("/offer/{field}")), text, "{field}");
        }

        let id = anne.follow(&format!("test:o{n}")).await;
        let at = format!("/api/applications/{id}");
        let noted = anne.post(format!("{at}/notes")).json(&json!({ "text": text })).await.is(200);
        assert_eq!(noted.at("/notes/0/text"), text);
        let contact = json!({ "name": text, "role": text, "email": text, "phone": text });
        let change = json!({ "contacts": [contact], "next_action": { "what": text } });
        let edited = anne.patch(&at).json(&change).await.is(200);
        assert_eq!((edited.at("/contacts/0"), edited.at("/next_action/what")), (contact, json!(text)));

        let job = json!({ "title": text, "employer": text, "place": text, "tasks": [text], "line": text });
        let profile = json!({
            "identity": { "name": text, "email": text, "phone": text, "links": [text] },
            "title": text,
            "summary": text,
            "experiences": [job],
            "education": [{ "diploma": text, "school": text, "line": text }],
            "skills": [{ "label": text, "line": text }],
            "licences": [text],
        });
        let cv = anne.cv(&json!({ "basics": { "label": "x" } })).await;
        let change = json!({ "name": text, "profile": profile });
        let kept = anne.put(format!("/api/profiles/{cv}")).json(&change).await.is(200);
        assert_eq!(kept.at("/name"), text);
        for pointer in [
            "/identity/name",
            "/identity/links/0",
            "/title",
            "/summary",
            "/experiences/0/tasks/0",
            "/education/0/school",
            "/skills/0/label",
            "/licences/0",
        ] {
            assert_eq!(kept.at(&format!("/profile{pointer}")), text, "{pointer}");
        }
        anne.get(format!("/api/profiles/{cv}/matches?explain=true")).await.is(200);
        anne.get(format!("/api/profiles/{cv}/gaps")).await.is(200);
        anne.get(format!("/api/profiles/{cv}/json-resume")).await.is(200);

        let token =
            anne.post("/api/auth/tokens").json(&json!({ "name": text, "scopes": ["read"] })).await.is(201);
        let tokens = anne.get("/api/auth/tokens").await.value();
        assert!(tokens.as_array().unwrap().iter().any(|t| t["id"] == token.at("/id") && t["name"] == text));
        let query = serde_urlencoded::to_string([("q", text)]).unwrap();
        anne.get(format!("/api/offers?{query}")).await.is(200);
    }
    anne.get("/api/me/export").await.is(200);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    /// Any words, places, weights and paths are answered, and never with a failure of the server.
    #[test]
    fn any_text_can_be_asked_for(texts in proptest::collection::vec(".{0,40}", 8)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let server = Server::new();
            let admin = server.admin();
            admin.import(&[offer("1", "Soudeur", "Soudure TIG.")]).await;
            let cv = admin.cv(&json!({ "basics": { "label": "Soudeur" } })).await;
            for text in &texts {
                for name in ["q", "near", "contracts", "sources", "weights", "cursor", "sort", "limit"] {
                    let query = serde_urlencoded::to_string([(name, text)]).unwrap();
                    admin.get(format!("/api/offers?{query}")).await;
                    admin.get(format!("/api/profiles/{cv}/matches?explain=true&{query}")).await;
                }
                let part: String = form_urlencoded::byte_serialize(text.as_bytes()).collect();
                if !part.is_empty() {
                    admin.get(format!("/api/offers/test:{part}")).await;
                    admin.post(format!("/api/offers/{part}/hide")).await;
                    admin.delete(format!("/api/offers/{part}:1")).await;
                }
            }
        });
    }
}
