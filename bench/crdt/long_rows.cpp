#include "authors.hpp"
#include "local_replay.hpp"
#include "memory_in_use.hpp"
#include "rows.hpp"

#include <algorithm>
#include <stdexcept>

namespace weft::bench {
namespace {

void verify_text(const std::string& text, const Trace& trace, unsigned times) {
    const std::size_t length = trace.end_content.size();
    bool same = text.size() == length * times;
    for (unsigned time = 0; same && time < times; ++time) {
        same = text.compare(time * length, length, trace.end_content) == 0;
    }
    if (!same) {
        throw std::runtime_error("the text is not the trace's, so many times over");
    }
}

Milliseconds long_local(const Crdt& crdt, const Trace& trace, unsigned times) {
    LocalReplay replay(crdt, trace);
    Milliseconds time = 0;
    for (unsigned i = 0; i < times; ++i) {
        time += replay.play();
        replay.move_behind();
    }
    verify_text(text_of(replay.replica()), trace, times);
    return time;
}

Milliseconds long_transaction(const Crdt& crdt, const Trace& trace, unsigned times) {
    Trace all = trace;
    all.transactions.reserve(trace.transactions.size() * times);
    for (unsigned i = 1; i < times; ++i) {
        for (Transaction transaction : trace.transactions) {
            for (EditView& edit : transaction.edits) {
                edit.position += i * trace.end_units;
            }
            all.transactions.push_back(std::move(transaction));
        }
    }
    LocalReplay replay(crdt, all);
    all.transactions = {};
    const Milliseconds time = replay.play_as_one();
    verify_text(text_of(replay.replica()), trace, times);
    return time;
}

Milliseconds long_apply(const Crdt& crdt, const Trace& trace, unsigned times) {
    Authors authors(crdt, trace);
    Messages messages;
    const std::unique_ptr<Replica> replica = new_replica(crdt, 0);
    Applied applied;
    Milliseconds time = 0;
    for (unsigned i = 0; i < times; ++i) {
        authors.play(messages);
        const std::vector<BytesView> views = messages.views();
        time += timed([&] {
            for (const BytesView message : views) {
                apply_one(*replica, message, applied);
            }
        });
    }
    verify_text(text_of(*replica), trace, times);
    return time;
}

Bytes long_state(const Crdt& crdt, const Trace& trace, unsigned times) {
    Authors authors(crdt, trace);
    Messages messages;
    for (unsigned i = 0; i < times; ++i) {
        authors.play(messages);
    }
    return authors.state();
}

void long_load(const Crdt& crdt, const Trace& trace, const Task& task) {
    const Bytes state = long_state(crdt, trace, task.times);
    repeat(task.budget, [&] {
        std::unique_ptr<Replica> replica;
        std::string text;
        const Milliseconds time = timed([&] {
            replica = loaded(crdt, state);
            text = text_of(*replica);
        });
        verify_text(text, trace, task.times);
        return time;
    });
}

void long_encode(const Crdt& crdt, const Trace& trace, const Task& task) {
    const Bytes state = long_state(crdt, trace, task.times);
    const std::unique_ptr<Replica> replica = loaded(crdt, state);
    Bytes encoded;
    repeat(task.budget, [&] {
        encoded = Bytes();
        return timed([&] { (void)replica->diff({}, encoded); });
    });
    if (!equal_bytes(encoded, state)) {
        throw std::runtime_error("the loaded document has another state");
    }
}

void long_memory(const Crdt& crdt, const Trace& trace, const Task& task) {
    const Bytes state = long_state(crdt, trace, task.times);
    const std::uint64_t before = allocated_bytes();
    const std::unique_ptr<Replica> replica = loaded(crdt, state);
    report("live_bytes", allocated_bytes() - before);
    report("accounted_bytes", replica->memory_bytes());
}

void long_merge(const Crdt& crdt, const Trace& trace, const Task& task) {
    Authors authors(crdt, trace);
    Messages once;
    Messages all;
    std::size_t count = 0;
    while (count < task.count * task.times) {
        authors.play(once);
        for (const BytesView message : once.views()) {
            if (count++ < task.count * task.times) {
                all.append(message);
            }
        }
    }
    const std::vector<BytesView> views = all.views();
    repeat(task.budget, [&] {
        Bytes merged;
        const Milliseconds time = timed([&] { (void)crdt.merge(views, merged); });
        (void)loaded(crdt, merged);
        return time;
    });
}

}  // namespace

void run_long_row(const Crdt& crdt, const Task& task) {
    const Trace trace = read_trace(task.folder);
    if (task.row == "local" || task.row == "local-updates") {
        repeat(task.budget, [&] { return long_local(crdt, trace, task.times); });
    } else if (task.row == "transaction") {
        repeat(task.budget, [&] { return long_transaction(crdt, trace, task.times); });
    } else if (task.row == "apply") {
        repeat(task.budget, [&] { return long_apply(crdt, trace, task.times); });
    } else if (task.row == "load") {
        long_load(crdt, trace, task);
    } else if (task.row == "encode") {
        long_encode(crdt, trace, task);
    } else if (task.row == "merge") {
        long_merge(crdt, trace, task);
    } else if (task.row == "memory") {
        long_memory(crdt, trace, task);
    } else {
        throw std::runtime_error("there is no row " + task.row);
    }
}

}  // namespace weft::bench
