// A bus through the C boundary and back, and the bus `local` behind it.
#include "host/ended.hpp"
#include "host/linked_plugin.hpp"
#include "local_bus.hpp"

#include <condition_variable>
#include <mutex>
#include <stdexcept>

namespace weft {
namespace {

class EchoBus final : public Bus {
public:
    static constexpr About about{"echo", "1.0.0", "Keeps what it was asked", "MIT"};
    inline static EchoBus* last = nullptr;

    EchoBus() { last = this; }

    bool reaches_other_nodes() const override { return true; }
    void bind(BusEvents& bound) override { events = &bound; }
    void publish(std::vector<BusMessage> batch) override { published = std::move(batch); }
    void subscribe(std::string topic, Completion<void> completion) override {
        if (topic == "throw") {
            throw std::runtime_error("subscribe broke");
        }
        calls.push_back("+" + topic);
        done = std::move(completion);
    }
    void unsubscribe(std::string topic, Completion<void> completion) override {
        calls.push_back("-" + topic);
        done = std::move(completion);
    }

    BusEvents* events = nullptr;
    std::vector<BusMessage> published;
    std::vector<std::string> calls;
    Completion<void> done;
};

class Kernel final : public BusEvents {
public:
    void on_messages(std::span<BusMessage> messages) override {
        const std::lock_guard lock(mutex_);
        for (BusMessage& message : messages) {
            received_.push_back(std::move(message));
        }
        arrived_.notify_all();
    }
    void on_link(bool up, std::string_view detail) override {
        link = (up ? "up: " : "down: ") + std::string(detail);
    }

    std::vector<BusMessage> wait_for(std::size_t count) {
        std::unique_lock lock(mutex_);
        arrived_.wait_for(lock, std::chrono::seconds(10),
                          [&] { return received_.size() >= count; });
        return received_;
    }

    std::string link;

private:
    std::mutex mutex_;
    std::condition_variable arrived_;
    std::vector<BusMessage> received_;
};

class BusBoundary : public testing::Test {
protected:
    void SetUp() override {
        ASSERT_TRUE(plugin);
        bus().bind(kernel);
        ASSERT_TRUE(plugin->start());
    }
    Bus& bus() { return *plugin->bus(); }
    EchoBus& inside() { return *EchoBus::last; }

    Kernel kernel;
    Linked<EchoBus> plugin;
};

TEST_F(BusBoundary, MessagesGoBothWaysWithoutACopy) {
    const Buffer payload = Buffer::copy_of(as_bytes("payload"));
    bus().publish({{"a", payload}, {"b", Buffer()}});
    ASSERT_EQ(inside().published.size(), 2u);
    EXPECT_EQ(inside().published[0].topic, "a");
    EXPECT_EQ(inside().published[0].payload.view().data(), payload.view().data());
    EXPECT_TRUE(inside().published[1].payload.empty());

    inside().events->on_messages(inside().published);
    const auto received = kernel.wait_for(2);
    ASSERT_EQ(received.size(), 2u);
    EXPECT_EQ(received[0].topic, "a");
    EXPECT_EQ(received[0].payload.view().data(), payload.view().data());
    EXPECT_EQ(received[1].topic, "b");
}

TEST_F(BusBoundary, TheStateOfTheLinkArrives) {
    EXPECT_TRUE(bus().reaches_other_nodes());
    inside().events->on_link(false, "connection refused");
    EXPECT_EQ(kernel.link, "down: connection refused");
    inside().events->on_link(true, "");
    EXPECT_EQ(kernel.link, "up: ");
}

TEST_F(BusBoundary, ASubscriptionEndsWithWhatTheBusSays) {
    Ended<void> subscribed;
    bus().subscribe("a", subscribed.completion());
    EXPECT_EQ(subscribed.times(), 0);
    inside().done({});
    EXPECT_EQ(subscribed.code(), Code::ok);

    Ended<void> unsubscribed;
    bus().unsubscribe("a", unsubscribed.completion());
    inside().done(Error{Code::timeout, "no answer", 0});
    EXPECT_EQ(unsubscribed.code(), Code::timeout);
    EXPECT_EQ(inside().calls, (std::vector<std::string>{"+a", "-a"}));

    Ended<void> broken;
    bus().subscribe("throw", broken.completion());
    EXPECT_EQ(broken.code(), Code::internal);
}

class LocalBusLoaded : public testing::Test {
protected:
    void SetUp() override {
        ASSERT_TRUE(plugin);
        plugin->bus()->bind(kernel);
        ASSERT_TRUE(plugin->start());
    }

    Kernel kernel;
    Linked<LocalBus> plugin;
};

TEST_F(LocalBusLoaded, WhatIsPublishedComesBackToSubscriptionsOnly) {
    Bus& bus = *plugin->bus();
    EXPECT_FALSE(bus.reaches_other_nodes());
    EXPECT_EQ(plugin->description().capability("reaches_other_nodes"), "false");
    Ended<void> a;
    Ended<void> c;
    bus.subscribe("a", a.completion());
    bus.subscribe("c", c.completion());
    bus.publish({{"a", Buffer::copy_of(as_bytes("1"))},
                 {"b", Buffer::copy_of(as_bytes("2"))},
                 {"c", Buffer::copy_of(as_bytes("3"))}});
    const auto received = kernel.wait_for(2);
    ASSERT_EQ(received.size(), 2u);
    EXPECT_EQ(received[0].topic + as_text(received[0].payload.view()).data()[0], "a1");
    EXPECT_EQ(received[1].topic, "c");
    EXPECT_EQ(a.code(), Code::ok) << "calls take effect in their order";
    EXPECT_EQ(c.code(), Code::ok);
}

TEST_F(LocalBusLoaded, ATopicThatWasUnsubscribedIsSilent) {
    Bus& bus = *plugin->bus();
    Ended<void> ended;
    bus.subscribe("a", ended.completion());
    bus.subscribe("b", ended.completion());
    bus.unsubscribe("a", ended.completion());
    bus.publish({{"a", Buffer()}});
    bus.publish({{"b", Buffer()}});
    const auto received = kernel.wait_for(1);
    ASSERT_EQ(received.size(), 1u);
    EXPECT_EQ(received[0].topic, "b");
}

TEST_F(LocalBusLoaded, NothingArrivesAfterStop) {
    Ended<void> ended;
    plugin->bus()->subscribe("a", ended.completion());
    plugin->stop();
    plugin->bus()->publish({{"a", Buffer()}});
    plugin.destroy();
    EXPECT_TRUE(kernel.wait_for(0).empty());
    EXPECT_EQ(ended.times(), 1);
}

}  // namespace
}  // namespace weft
