//! yrs, the port of Yjs to Rust by its authors. Positions are UTF-16 code units, as Yjs counts them.
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::Arc;
use std::time::Duration;
use weft_crdt_peers::{live_bytes, resident_bytes, timed, CountingAllocator, Patch, Work};
use yrs::updates::decoder::Decode;
use yrs::{ClientID, Doc, GetString, OffsetKind, Options, ReadTxn, StateVector, Text, TextRef, Transact, TransactionMut, Update};

#[global_allocator]
static ALLOCATOR: CountingAllocator = CountingAllocator;

fn document(client: u64) -> (Doc, TextRef) {
    let mut options = Options::with_client_id(ClientID::new(client));
    options.offset_kind = OffsetKind::Utf16;
    let document = Doc::with_options(options);
    let text = document.get_or_insert_text("text");
    (document, text)
}

fn edit(text: &TextRef, transaction: &mut TransactionMut, patch: &Patch) {
    if patch.1 > 0 {
        text.remove_range(transaction, patch.0 as u32, patch.1 as u32);
    }
    if !patch.2.is_empty() {
        text.insert(transaction, patch.0 as u32, &patch.2);
    }
}

fn apply(document: &Doc, message: &[u8]) {
    let update = Update::decode_v1(message).expect("an update");
    document.transact_mut().apply_update(update).expect("applied");
}

fn local(work: &Work) -> Duration {
    let (document, text) = document(work.trace.clients[0]);
    let ((), time) = timed(|| {
        for txn in &work.trace.txns {
            let mut transaction = document.transact_mut();
            txn.patches.iter().for_each(|patch| edit(&text, &mut transaction, patch));
        }
    });
    work.verify(&text.get_string(&document.transact()));
    time
}

fn local_updates(work: &Work) -> Duration {
    let (document, text) = document(work.trace.clients[0]);
    let sent = Arc::new(AtomicUsize::new(0));
    let counter = sent.clone();
    document
        .observe_update_v1("bench", move |_, event| {
            counter.fetch_add(event.update.len(), Relaxed);
        })
        .expect("observed");
    let ((), time) = timed(|| {
        for txn in &work.trace.txns {
            let mut transaction = document.transact_mut();
            txn.patches.iter().for_each(|patch| edit(&text, &mut transaction, patch));
        }
    });
    assert!(sent.load(Relaxed) > 0);
    work.verify(&text.get_string(&document.transact()));
    time
}

fn transaction(work: &Work) -> Duration {
    let (document, text) = document(work.trace.clients[0]);
    let ((), time) = timed(|| {
        let mut transaction = document.transact_mut();
        for txn in &work.trace.txns {
            txn.patches.iter().for_each(|patch| edit(&text, &mut transaction, patch));
        }
    });
    work.verify(&text.get_string(&document.transact()));
    time
}

fn apply_each(work: &Work, messages: &[Vec<u8>]) -> Duration {
    let (document, text) = document(1);
    let ((), time) = timed(|| messages.iter().for_each(|message| apply(&document, message)));
    work.verify(&text.get_string(&document.transact()));
    time
}

fn load(work: &Work, state: &[u8]) -> Duration {
    let (content, time) = timed(|| {
        let (document, text) = document(1);
        apply(&document, state);
        let content = text.get_string(&document.transact());
        (content, document)
    });
    work.verify(&content.0);
    time
}

fn encode(work: &Work) {
    let (document, _text) = document(1);
    let state = work.state();
    apply(&document, &state);
    work.repeat(|| {
        let (bytes, time) = timed(|| document.transact().encode_state_as_update_v1(&StateVector::default()));
        assert!(bytes.len() == state.len(), "the state has another length than Yjs's");
        time
    });
    work.report_bytes("encoded_bytes", state.len());
}

fn merge(work: &Work) {
    let messages = work.messages();
    let count = work.count.min(messages.len());
    work.repeat(|| {
        let (merged, time) = timed(|| yrs::merge_updates_v1(&messages[..count]).expect("merged"));
        if count == messages.len() {
            let (document, text) = document(1);
            apply(&document, &merged);
            work.verify(&text.get_string(&document.transact()));
        }
        time
    });
}

fn memory(work: &Work) {
    let state = work.state();
    let resident_before = resident_bytes();
    let before = live_bytes();
    let (document, text) = document(1);
    apply(&document, &state);
    work.report_bytes("live_bytes", live_bytes() - before);
    work.report_bytes("rss_bytes", resident_bytes() - resident_before);
    work.verify(&text.get_string(&document.transact()));
}

fn main() {
    let work = Work::from_arguments();
    match work.row.as_str() {
        "local" => work.repeat(|| local(&work)),
        "local-updates" => work.repeat(|| local_updates(&work)),
        "transaction" => work.repeat(|| transaction(&work)),
        "apply" => {
            let messages = work.messages();
            work.repeat(|| apply_each(&work, &messages));
        }
        "load" => {
            let state = work.state();
            work.repeat(|| load(&work, &state));
        }
        "encode" => encode(&work),
        "merge" => merge(&work),
        "memory" => memory(&work),
        _ => work.unsupported(),
    }
}
