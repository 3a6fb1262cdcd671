//! Loro, native. Its messages and snapshots are its own, made before the clock starts.
use loro::{ExportMode, LoroDoc, LoroText, VersionVector};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::Arc;
use std::time::Duration;
use weft_crdt_peers::{live_bytes, timed, CountingAllocator, Patch, Trace, Work};

#[global_allocator]
static ALLOCATOR: CountingAllocator = CountingAllocator;

fn document(client: u64) -> (LoroDoc, LoroText) {
    let document = LoroDoc::new();
    document.set_peer_id(client).expect("a peer id");
    let text = document.get_text("text");
    (document, text)
}

fn edit(text: &LoroText, patch: &Patch) {
    if patch.1 > 0 {
        text.delete_utf16(patch.0, patch.1).expect("deleted");
    }
    if !patch.2.is_empty() {
        text.insert_utf16(patch.0, &patch.2).expect("inserted");
    }
}

fn replay(trace: &Trace, document: &LoroDoc, text: &LoroText) {
    for txn in &trace.txns {
        txn.patches.iter().for_each(|patch| edit(text, patch));
        document.commit();
    }
}

fn local(work: &Work) -> Duration {
    let (document, text) = document(work.trace.clients[0]);
    let ((), time) = timed(|| replay(&work.trace, &document, &text));
    work.verify(&text.to_string());
    time
}

fn local_updates(work: &Work) -> Duration {
    let (document, text) = document(work.trace.clients[0]);
    let sent = Arc::new(AtomicUsize::new(0));
    let counter = sent.clone();
    let _subscription = document.subscribe_local_update(Box::new(move |update| {
        counter.fetch_add(update.len(), Relaxed);
        true
    }));
    let ((), time) = timed(|| replay(&work.trace, &document, &text));
    assert!(sent.load(Relaxed) > 0);
    work.verify(&text.to_string());
    time
}

fn transaction(work: &Work) -> Duration {
    let (document, text) = document(work.trace.clients[0]);
    let ((), time) = timed(|| {
        work.trace.txns.iter().flat_map(|txn| &txn.patches).for_each(|patch| edit(&text, patch));
        document.commit();
    });
    work.verify(&text.to_string());
    time
}

/// A replica of each author, which has merged what a transaction follows before it edits.
struct Author {
    document: LoroDoc,
    text: LoroText,
    has: Vec<bool>,
    sent: VersionVector,
}

fn missing(trace: &Trace, author: &Author, parents: &[usize]) -> Vec<usize> {
    let mut open: Vec<usize> = parents.to_vec();
    let mut found = Vec::new();
    let mut seen = std::collections::HashSet::new();
    while let Some(index) = open.pop() {
        if !author.has[index] && seen.insert(index) {
            found.push(index);
            open.extend_from_slice(&trace.txns[index].parents);
        }
    }
    found.sort_unstable();
    found
}

fn messages(trace: &Trace) -> Vec<Vec<u8>> {
    let mut authors: Vec<Author> = trace
        .clients
        .iter()
        .map(|&client| {
            let (document, text) = document(client);
            Author { document, text, has: vec![false; trace.txns.len()], sent: VersionVector::default() }
        })
        .collect();
    let mut messages: Vec<Vec<u8>> = Vec::with_capacity(trace.txns.len());
    for (index, txn) in trace.txns.iter().enumerate() {
        for parent in missing(trace, &authors[txn.agent], &txn.parents) {
            authors[txn.agent].document.import(&messages[parent]).expect("imported");
            authors[txn.agent].has[parent] = true;
        }
        let author = &mut authors[txn.agent];
        author.sent = author.document.oplog_vv();
        txn.patches.iter().for_each(|patch| edit(&author.text, patch));
        author.document.commit();
        author.has[index] = true;
        messages.push(author.document.export(ExportMode::updates(&author.sent)).expect("exported"));
    }
    messages
}

fn whole(messages: &[Vec<u8>]) -> (LoroDoc, LoroText) {
    let (document, text) = document(1);
    document.import_batch(messages).expect("imported");
    (document, text)
}

fn history(trace: &Trace) -> (LoroDoc, LoroText) {
    if trace.concurrent {
        return whole(&messages(trace));
    }
    let (document, text) = document(trace.clients[0]);
    replay(trace, &document, &text);
    (document, text)
}

fn apply_each(work: &Work, messages: &[Vec<u8>]) -> Duration {
    let (document, text) = document(1);
    let ((), time) = timed(|| {
        for message in messages {
            document.import(message).expect("imported");
        }
    });
    work.verify(&text.to_string());
    time
}

fn snapshot(work: &Work) -> Vec<u8> {
    history(&work.trace).0.export(ExportMode::Snapshot).expect("exported")
}

fn load(work: &Work, snapshot: &[u8]) -> Duration {
    let (loaded, time) = timed(|| {
        let (document, text) = document(1);
        document.import(snapshot).expect("imported");
        (text.to_string(), document)
    });
    work.verify(&loaded.0);
    time
}

fn encode(work: &Work) {
    let (document, _text) = history(&work.trace);
    let mut length = 0;
    work.repeat(|| {
        let (bytes, time) = timed(|| document.export(ExportMode::Snapshot).expect("exported"));
        length = bytes.len();
        time
    });
    work.report_bytes("encoded_bytes", length);
}

fn memory(work: &Work) {
    let snapshot = snapshot(work);
    let before = live_bytes();
    let (document, text) = document(1);
    document.import(&snapshot).expect("imported");
    let content = text.to_string();
    work.verify(&content);
    drop(content);
    work.report_bytes("live_bytes", live_bytes() - before);
}

fn main() {
    let work = Work::from_arguments();
    match work.row.as_str() {
        "local" => work.repeat(|| local(&work)),
        "local-updates" => work.repeat(|| local_updates(&work)),
        "transaction" => work.repeat(|| transaction(&work)),
        "apply" => {
            let messages = messages(&work.trace);
            work.repeat(|| apply_each(&work, &messages));
        }
        "load" => {
            let snapshot = snapshot(&work);
            work.repeat(|| load(&work, &snapshot));
        }
        "encode" => encode(&work),
        "memory" => memory(&work),
        _ => work.unsupported(),
    }
}
