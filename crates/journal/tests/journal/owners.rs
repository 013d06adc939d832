//! Who lives, and what the dead leave behind.

use std::sync::Arc;

use payvand_journal::{Entry, Journal};
use payvand_sandbox::Sandbox;
use tokio::sync::Barrier;

use crate::support::{Folder, client, order, placed, variable};

#[tokio::test]
async fn owners_leave_no_lock_file_behind() {
    let (sandbox, folder) = (Sandbox::start().await.unwrap(), Folder::new());
    let aparat = client(sandbox.url());
    folder
        .journal()
        .await
        .run("a", order(&aparat, 100))
        .await
        .unwrap();
    // Somebody was killed before the first intent was stored.
    let mut left = folder.file().into_os_string();
    left.push(format!("-owner-{:032x}", 10));
    std::fs::write(left, "").unwrap();
    assert_eq!(folder.owners(), 1);
    for _ in 0..20 {
        let journal = folder.journal().await;
        assert_eq!(folder.owners(), 0, "who only looks is no owner");
        journal.run("a", order(&aparat, 100)).await.unwrap();
        assert_eq!(folder.owners(), 0, "nor is who finds an outcome");
        drop(journal);
    }
    let owners = variable("JOURNAL_OWNERS").map_or(20, |it| it.parse().unwrap());
    for number in 0..owners {
        let journal = folder.journal().await;
        journal
            .run(format!("b{number}"), order(&aparat, 100))
            .await
            .unwrap();
        assert_eq!(folder.owners(), 1);
        drop(journal);
        assert_eq!(folder.owners(), 0);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_who_run_the_same_keys_at_once_place_each_order_once() {
    let (sandbox, folder) = (Sandbox::start().await.unwrap(), Folder::new());
    let mut tasks = Vec::new();
    for _ in 0..8 {
        let journal: Journal = folder.journal().await;
        let aparat = client(sandbox.url());
        tasks.push(tokio::spawn(async move {
            for key in 0..10 {
                let entry = journal.run(key.to_string(), order(&aparat, 100)).await.unwrap();
                assert!(matches!(entry, Entry::Done(_)), "{entry:?}");
            }
        }));
    }
    for task in tasks {
        task.await.unwrap();
    }
    assert_eq!(placed(&sandbox), 10);
    assert_eq!(folder.owners(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 8)]
async fn many_can_make_the_same_file_at_once() {
    for _ in 0..20 {
        let (folder, start) = (Folder::new(), Arc::new(Barrier::new(8)));
        let opened = (0..8).map(|_| {
            let (file, start) = (folder.file(), Arc::clone(&start));
            tokio::spawn(async move {
                start.wait().await;
                Journal::open(file).await.map(drop)
            })
        });
        for opened in opened.collect::<Vec<_>>() {
            opened.await.unwrap().unwrap();
        }
    }
}
