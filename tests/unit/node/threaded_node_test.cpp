// A node on real threads: shards, a store with a thread of its own, and clients on several transport threads.
#include "kernel/document/document_name.hpp"
#include "kernel/node/node.hpp"
#include "kernel/session/sync_protocol.hpp"
#include "kernel/shard/shard_thread.hpp"
#include "kernel/shard/workers.hpp"
#include "sdk/conformance/storage/recording_host.hpp"
#include "tests/support/simulation/simulation.hpp"

#include "memory_storage.hpp"
#include "yjs_crdt.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <future>
#include <mutex>
#include <thread>

namespace weft {
namespace {

/// Counts what is sent; nobody is at the other end.
class CountingTransport final : public Transport {
public:
    void bind(TransportEvents& events) override { events_ = &events; }
    std::vector<std::string> endpoints() const override { return {}; }
    std::vector<ConnectionId> send(std::vector<OutgoingMessage> batch) override {
        sent_ += batch.size();
        return {};
    }
    std::vector<ConnectionId> fanout(std::span<const ConnectionId> ids, Buffer) override {
        sent_ += ids.size();
        return {};
    }
    void set_reading(ConnectionId, bool) override {}
    void close(ConnectionId, std::uint16_t, std::string_view) override { ++closed_; }
    void respond(RequestId, HttpResponse) override {}
    void refuse_connections() override {}

    TransportEvents& events() { return *events_; }
    std::size_t sent() const { return sent_; }
    std::size_t closed() const { return closed_; }

private:
    TransportEvents* events_ = nullptr;
    std::atomic<std::size_t> sent_ = 0;
    std::atomic<std::size_t> closed_ = 0;
};

class NoHttp final : public HttpHandler {
    void on_request(Transport&, HttpRequest) override {}
};

class ThreadedNode : public testing::Test {
protected:
    static constexpr std::size_t documents = 4;
    static constexpr std::size_t clients = 8;
    static constexpr int edits = 100;

    ThreadedNode() {
        EXPECT_TRUE(storage_.start().ok());
        DocumentPolicy policy;
        policy.strict = false;  // the store is memory
        policy.flush_interval = std::chrono::milliseconds(2);
        policy.worker_load_bytes = 0;
        policy.algorithm_for = [](std::string_view) { return std::string("yjs"); };
        std::vector<Executor*> executors;
        for (auto& shard : shards_) {
            executors.push_back(&shard);
        }
        node_ = std::make_unique<Node>(
            std::move(policy),
            Node::Seams{{&transport_}, workers_, storage_, {{"yjs", &crdt_}}, log_}, executors,
            http_, 1);
        node_->bind_transports();
        workers_.start(2);
        for (std::size_t i = 0; i < std::size(shards_); ++i) {
            shards_[i].start([shard = &node_->shard(i)] { shard->end_of_turn(); });
        }
    }

    ~ThreadedNode() override {
        storage_.stop();
        workers_.stop();
        for (auto& shard : shards_) {
            shard.stop();
        }
    }

    static std::string document_of(std::size_t client) {
        return "document-" + std::to_string(client % documents);
    }

    // What one client does, on a thread of its own.
    void run_client(std::size_t client) {
        const auto replica = crdt_.create_replica({client + 1, 0, 0});
        OpenRequest request;
        request.id = client + 1;
        const std::string path = "/" + document_of(client);
        request.path = path;
        request.query = "saved=1";
        const OpenAnswer answer = transport_.events().on_open(request);
        ASSERT_EQ(answer.status, 101);
        const ConnectionRef connection{request.id, answer.tag};
        say(connection, encode_step1({}));
        text_length(document_of(
            client));  // while it loads, edits would be asked for again instead of taken
        for (int i = 0; i < edits; ++i) {
            Bytes update;
            const Edit edit = Edit::insert_text("text", 0, "x");
            ASSERT_TRUE(replica->edit({&edit, 1}, update).ok());
            say(connection, encode_update(update));
        }
        Bytes everything;
        ASSERT_TRUE(replica->diff({}, everything).ok());
        say(connection, encode_step2(everything));
    }

    void say(ConnectionRef connection, Bytes frame) {
        IncomingMessage message{connection, Buffer(std::move(frame))};
        transport_.events().on_messages({&message, 1});
    }

    std::size_t text_length(const std::string& document) {
        std::promise<std::size_t> length;
        node_->query_document(
            document,
            [](const DocumentView& view) -> Result<Bytes> {
                const auto text = view.replica.text("text", 0, all_units);
                return text ? to_bytes(as_bytes(*text)) : Bytes{};
            },
            [&](Result<DocumentAnswer> text) { length.set_value(text ? text->body.size() : 0); });
        return length.get_future().get();
    }

    sim::SimLog log_;
    NoHttp http_;
    conformance::RecordingHost host_;
    WorkerThreads workers_;
    storage::MemoryStorage storage_{host_, {}};
    yjs::YjsCrdt crdt_{yjs::YjsOptions{}};
    CountingTransport transport_;
    ShardThread shards_[2] = {ShardThread("shard-0"), ShardThread("shard-1")};
    std::unique_ptr<Node> node_;
};

TEST_F(ThreadedNode, TakesEveryEditOfClientsOnManyThreadsAndEndsQuiet) {
    std::vector<std::thread> threads;
    for (std::size_t client = 0; client < clients; ++client) {
        threads.emplace_back([this, client] { run_client(client); });
    }
    for (auto& thread : threads) {
        thread.join();
    }
    for (std::size_t document = 0; document < documents; ++document) {
        EXPECT_EQ(text_length(document_of(document)), clients / documents * edits);
    }
    EXPECT_GT(transport_.sent(), clients);

    for (std::size_t client = 0; client < clients; ++client) {
        transport_.events().on_close(
            {client + 1, document_hash(document_of(client)) % node_->shard_count()}, 1001, "");
    }
    const auto all_drained = [this] {
        std::promise<bool> drained;
        node_->gather<char>(
            [](DocumentShard& shard) { return static_cast<char>(shard.drained()); },
            [&](std::vector<char> answers) {
                drained.set_value(std::ranges::all_of(answers, [](char yes) { return yes != 0; }));
            });
        return drained.get_future().get();
    };
    while (!all_drained()) {
        std::this_thread::yield();
    }
    for (std::size_t document = 0; document < documents; ++document) {
        EXPECT_EQ(text_length(document_of(document)), clients / documents * edits)
            << "loaded again from the store";
    }
}

}  // namespace
}  // namespace weft
