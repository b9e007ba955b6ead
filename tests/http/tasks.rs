//! Long work: followed, called off, and taken up after a restart.

use jobmatch::jobs::{PartName, State, Task, Work};
use jobmatch::people::files::File;
use jobmatch_index::records::{Row, Uuid};
use jobmatch_index::{Index, Options};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::support::{Server, config, demo_cv, noon, until};

#[tokio::test]
async fn the_names_of_the_earlier_system_still_work() {
    let server = Server::new();
    let anne = server.member("anne");
    let asked = anne.post("/extract/").file("cv.pdf", demo_cv("cuisinier.pdf")).await.is(202);
    let id = asked.text_at("/task_id");
    let done = until(async || {
        let status = anne.get(format!("/status/{id}/")).await.is(200);
        (status.at("/status") == "done").then_some(status)
    })
    .await;
    assert!(!done.at("/result/experiences").as_array().unwrap().is_empty());
    assert_eq!(anne.get("/api/tasks").await.at("/0/id"), id);

    let broken = anne.post("/extract").file("cv.pdf", b"%PDF-1.4").await.is(202).text_at("/task_id");
    anne.ended(&broken).await;
    let failed = anne.get(format!("/status/{broken}")).await.is(200);
    assert_eq!((failed.at("/status"), failed.at("/result")), (json!("failed"), Value::Null));
    assert!(!failed.text_at("/error").is_empty());
}

/// So many CVs at once that most of them wait.
#[tokio::test]
async fn what_waits_is_called_off_and_what_has_ended_stays() {
    let server = Server::new();
    let anne = server.member("anne");
    let mut ids = vec![];
    for _ in 0..12 {
        let asked = anne.post("/api/profiles/file").file("cv.pdf", demo_cv("data-analyst.pdf")).await;
        ids.push(asked.is(202).text_at("/id"));
    }
    for id in &ids {
        anne.delete(format!("/api/tasks/{id}")).await.is(200);
    }
    let mut cancelled = 0;
    for id in &ids {
        let task = anne.ended(id).await;
        let read = anne.get(format!("/api/profiles/{id}")).await.status.as_u16();
        match task["state"].as_str() {
            Some("cancelled") => {
                assert_eq!((&task["message"], read), (&json!("Annulé"), 404));
                cancelled += 1;
            }
            other => assert_eq!((other, read), (Some("done"), 200)),
        }
    }
    assert!(cancelled > 0);
    let over = anne.delete(format!("/api/tasks/{}", ids[0])).await.is(200).value();
    assert_eq!(over, anne.ended(&ids[0]).await);
    anne.delete(format!("/api/tasks/{}", Uuid::nil())).await.is(404);
}

/// The file of a task, as a server keeps it.
#[derive(Serialize, Deserialize)]
struct Input(File);

impl Row for Input {
    const KIND: &'static str = "task-input";
}

#[tokio::test]
async fn what_a_former_server_left_undone_is_taken_up() {
    let first = Server::new();
    let owner = first.member("anne").owner;
    let Server { folder, .. } = first;
    let ids = [Uuid::now_v7(), Uuid::now_v7(), Uuid::now_v7()];
    {
        let index = Index::open(folder.path(), Options::default()).unwrap();
        let task = |work, state| Task {
            work,
            state,
            done: 0,
            total: 0,
            message: String::new(),
            profile: None,
            error: None,
            tries: 0,
            created: noon(),
            updated: noon(),
        };
        let cv = || Work::ExtractCv { name: "cv.txt".into(), replaces: None };
        let file = File::new("cv.txt", demo_cv("conducteur-routier.txt").to_vec()).unwrap();
        let records = index.records();
        records
            .write::<_, jobmatch_index::Error>(owner, |rows| {
                rows.put(ids[0], &task(cv(), State::Running))?;
                rows.put(ids[0], &Input(file.clone()))?;
                rows.put(ids[1], &task(Work::Reindex { part: PartName::Text }, State::Queued))?;
                // Its file is gone: it cannot be done, and must not wait for ever.
                rows.put(ids[2], &task(cv(), State::Queued))
            })
            .unwrap();
    }
    let server = Server::open(folder, config(), noon);
    let anne = server.member("anne");
    for (id, state) in ids.iter().zip(["done", "done", "failed"]) {
        assert_eq!(anne.ended(&id.to_string()).await["state"], state);
    }
    let cv = anne.get(format!("/api/profiles/{}", ids[0])).await.is(200);
    assert_eq!(cv.at("/confirmed"), false);
}
