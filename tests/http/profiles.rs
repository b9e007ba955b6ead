//! CVs: given, read, corrected, chosen, taken back.

use serde_json::{Value, json};

use crate::support::{Server, demo_cv};

fn resume() -> Value {
    json!({
        "basics": {
            "name": "Zoé Quémener",
            "label": "Développeuse web",
            "email": "zoe@exemple.fr",
            "phone": "06 00 00 00 00",
            "summary": "Huit ans de sites accessibles.",
            "location": { "city": "Rennes", "postalCode": "35000" },
            "profiles": [{ "url": "https://exemple.fr/zoe" }],
        },
        "work": [{
            "name": "Nuvoltech",
            "position": "Développeuse web",
            "startDate": "2019-03",
            "endDate": "2024-06",
            "highlights": ["Refonte du site en Vue.js", "Tests avec Cypress"],
        }],
        "education": [{ "institution": "Université de Rennes", "studyType": "Licence informatique", "endDate": "2016" }],
        "skills": [{ "name": "JavaScript" }, { "name": "Vue.js" }],
        "languages": [{ "language": "Anglais", "fluency": "C1" }],
    })
}

#[tokio::test]
async fn a_pdf_becomes_a_profile_and_the_first_one_is_the_active_one() {
    let server = Server::new();
    let anne = server.member("anne");
    let pdf = demo_cv("developpeuse-web.pdf");
    let asked = anne.post("/api/profiles/file").file("cv de Zoé.pdf", pdf).await.is(202);
    assert_eq!(asked.at("/work/kind"), "extract_cv");
    let id = asked.text_at("/id");
    let ended = anne.ended(&id).await;
    assert_eq!((&ended["state"], &ended["profile"]), (&json!("done"), &json!(id)));
    assert_eq!(ended["done"], ended["total"]);

    let cv = anne.get(format!("/api/profiles/{id}")).await.is(200);
    assert_eq!(
        (cv.at("/active"), cv.at("/confirmed"), cv.at("/version")),
        (json!(false), json!(false), json!(1))
    );
    let cv = anne.post(format!("/api/profiles/{id}/confirm")).await.is(200);
    assert_eq!(
        (cv.at("/active"), cv.at("/name"), cv.at("/confirmed"), cv.at("/version")),
        (json!(true), json!("cv de Zoé"), json!(true), json!(2))
    );
    assert!(cv.at("/profile/skills").as_array().unwrap().len() > 3, "{cv}");
    assert_eq!(anne.get("/api/me").await.at("/active_profile"), id);
    let file = anne.get(format!("/api/profiles/{id}/file")).await.is(200);
    assert!(file.body == pdf);
    assert_eq!(file.header("content-disposition"), "attachment; filename*=UTF-8''cv%20de%20Zo%C3%A9.pdf");

    let other = anne.upload("autre.txt", demo_cv("conducteur-routier.txt")).await;
    assert_eq!(anne.get(format!("/api/profiles/{other}")).await.at("/active"), false);
    let listed = anne.get("/api/profiles").await.is(200);
    assert_eq!((listed.at("/0/id"), listed.at("/1/id")), (json!(id), json!(other)));
}

#[tokio::test]
async fn every_bundled_cv_is_read() {
    let server = Server::new();
    let anne = server.member("anne");
    for (name, bytes) in jobmatch::demo::cvs() {
        let id = anne.upload(name, bytes).await;
        let cv = anne.get(format!("/api/profiles/{id}")).await.is(200);
        assert!(!cv.at("/profile/experiences").as_array().unwrap().is_empty(), "{name}");
    }
}

#[tokio::test]
async fn a_file_that_is_no_cv_fails_its_task_in_french_and_leaves_nothing() {
    let server = Server::new();
    let anne = server.member("anne");
    let pdf = demo_cv("cariste.pdf");
    for (name, bytes) in [
        ("coupe.pdf", &pdf[..200]),
        ("faux.pdf", b"%PDF-1.7\nrien"),
        ("faux.docx", b"PK\x03\x04rien"),
        ("photo.png", b"\x89PNG\r\n\x1a\n...."),
        ("cv.json", b"{\"basics\": "),
        ("espaces.txt", b"  \n "),
    ] {
        let id = anne.post("/api/profiles/file").file(name, bytes).await.is(202).text_at("/id");
        let task = anne.ended(&id).await;
        assert_eq!(task["state"], "failed", "{name}: {task}");
        let error = task["error"].as_str().unwrap();
        assert!(
            [" le ", " la ", " un ", " est ", "n'"].iter().any(|word| error.contains(word)),
            "{name}: {error}"
        );
        anne.get(format!("/api/profiles/{id}")).await.is(404);
    }
    assert_eq!(anne.get("/api/profiles").await.value(), json!([]));
}

#[tokio::test]
async fn json_resume_goes_in_and_comes_out() {
    let server = Server::new();
    let anne = server.member("anne");
    let id = anne.cv(&resume()).await;
    let out = anne.get(format!("/api/profiles/{id}/json-resume")).await.is(200);
    for pointer in [
        "/basics/name",
        "/basics/label",
        "/basics/email",
        "/basics/phone",
        "/basics/summary",
        "/basics/profiles/0/url",
        "/work/0/name",
        "/work/0/position",
        "/work/0/startDate",
        "/work/0/endDate",
        "/work/0/highlights",
        "/education/0/institution",
        "/education/0/studyType",
        "/education/0/endDate",
        "/languages/0/fluency",
    ] {
        assert_eq!(out.at(pointer), *resume().pointer(pointer).unwrap(), "{pointer}");
    }
    // What came out says the same when it goes in again.
    let again = anne.cv(&out.value()).await;
    let read = async |id: &str| {
        let mut cv = anne.get(format!("/api/profiles/{id}")).await.is(200).at("/profile");
        // The lines that facts were read from are the CV's own.
        for list in ["experiences", "education", "skills", "languages"] {
            for item in cv[list].as_array_mut().unwrap() {
                item.as_object_mut().unwrap().remove("line");
            }
        }
        cv
    };
    let (first, second) = (read(&id).await, read(&again).await);
    for part in ["identity", "title", "summary", "experiences", "education", "languages", "licences", "place"]
    {
        assert_eq!(first.get(part), second.get(part), "{part}");
    }
}

#[tokio::test]
async fn json_that_is_no_cv_is_refused() {
    let server = Server::new();
    let anne = server.member("anne");
    anne.post("/api/profiles").json(&json!({})).await.is(422);
    anne.post("/api/profiles").json(&json!({ "nom": "x" })).await.is(422);
    anne.post("/api/profiles").json(&json!({ "work": "x" })).await.is(422);
    for list in [json!([]), json!(["read"]), Value::Null] {
        anne.post("/api/profiles").json(&list).await.is(422);
        // A list is no object, though its values may fit the fields in their order.
        anne.patch("/api/me").json(&list).await.is(422);
    }
    anne.post("/api/profiles").bytes("application/json", "{").await.is(400);
    anne.post("/api/profiles").bytes("application/json", "{} {}").await.is(400);
    anne.post("/api/profiles").bytes("application/json", b"{\"basics\":{\"name\":\"\xff\"}}").await.is(400);
    anne.post("/api/profiles").bytes("text/plain", resume().to_string()).await.is(415);
    anne.post("/api/profiles").bytes("application/json", "{\"a\":".repeat(100_000)).await.is(400);
    anne.post("/api/profiles").bytes("application/json", " ".repeat((1 << 20) + 1)).await.is(413);
}

#[tokio::test]
async fn a_correction_made_on_an_old_state_is_refused() {
    let server = Server::new();
    let anne = server.member("anne");
    let id = anne.cv(&resume()).await;
    let at = format!("/api/profiles/{id}");
    let mut profile = anne.get(&at).await.at("/profile");
    profile["title"] = "Développeuse front-end".into();
    let change =
        |version: u32, profile: &Value| json!({ "name": "Front", "profile": profile, "version": version });
    let changed = anne.put(&at).json(&change(1, &profile)).await.is(200);
    assert_eq!((changed.at("/version"), changed.at("/profile")), (json!(2), profile.clone()));
    let late = anne.put(&at).json(&change(1, &profile)).await.is(409);
    assert_eq!((late.at("/type"), late.at("/version")), (json!("urn:jobmatch:changed"), json!(2)));

    profile["experiences"][0]["start"] = json!({ "year": 2020, "month": 13 });
    anne.put(&at).json(&change(2, &profile)).await.refuses("experiences");
    profile["experiences"][0]["start"] = json!({ "year": "2020", "month": 1 });
    anne.put(&at).json(&change(2, &profile)).await.refuses("profile.experiences[0].start.year");
    let mut named = change(2, &json!({}));
    named["name"] = "é".repeat(101).into();
    anne.put(&at).json(&named).await.refuses("name");
    let far = json!({ "place": { "label": "Loin", "position": { "lat": 1e300, "lon": 0.0 }, "uncertainty_km": 0 } });
    anne.put(&at).json(&change(2, &far)).await.refuses("place");
    assert_eq!(anne.get(&at).await.at("/version"), 2);
}

#[tokio::test]
async fn another_cv_becomes_the_active_one_when_it_is_chosen_or_the_active_one_goes() {
    let server = Server::new();
    let anne = server.member("anne");
    let (first, second) =
        (anne.cv(&resume()).await, anne.upload("cv.txt", demo_cv("conducteur-routier.txt")).await);
    let active = async || anne.get("/api/me").await.at("/active_profile");
    assert_eq!(active().await, first);
    anne.post(format!("/api/profiles/{second}/activate")).await.is(204);
    assert_eq!(active().await, second);
    anne.delete(format!("/api/profiles/{second}")).await.is(204);
    assert_eq!(active().await, first);
    let gone =
        ["", "/file", "/json-resume", "/export", "/reading", "/pages/0", "/changes", "/matches", "/gaps"];
    for gone in gone {
        anne.get(format!("/api/profiles/{second}{gone}")).await.is(404);
    }
    anne.get(format!("/api/profiles/{first}/file")).await.is(404);
    anne.delete(format!("/api/profiles/{first}")).await.is(204);
    assert_eq!(active().await, Value::Null);
    anne.get("/api/offers").await.is(200);
}

#[tokio::test]
async fn a_file_s_name_cannot_leave_its_header_nor_its_folder() {
    let server = Server::new();
    let anne = server.member("anne");
    let text = demo_cv("conducteur-routier.txt");
    for (given, kept) in [
        ("../../../etc/passwd.txt", "passwd.txt"),
        ("C:\\\\CV\\\\mon cv.txt", "mon cv.txt"),
        ("<script>alert(1)</script>.txt", "script>.txt"),
        ("a;filename=b.html;x=.txt", "a;filename=b.html;x=.txt"),
        ("cv\u{85}\u{9b}[31m.txt", "cv[31m.txt"),
        ("履歴書.txt", "履歴書.txt"),
        ("..", "document"),
    ] {
        let id = anne.upload(given, text).await;
        assert_eq!(anne.get(format!("/api/profiles/{id}")).await.at("/file/name"), kept, "{given}");
        let file = anne.get(format!("/api/profiles/{id}/file")).await.is(200);
        assert!(file.body == text);
        let disposition = file.header("content-disposition");
        let name = disposition.strip_prefix("attachment; filename*=UTF-8''").unwrap();
        assert!(name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._%".contains(&b)), "{disposition}");
        anne.delete(format!("/api/profiles/{id}")).await.is(204);
    }
}
