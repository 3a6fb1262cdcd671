#pragma once

#include <weft/bus.hpp>
#include <weft/host.hpp>

#include <condition_variable>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <variant>
#include <vector>

namespace weft {

/// The bus of a server that stands alone: what is published comes back to the subscriptions of this instance.
///
/// One thread delivers, in the order of the calls; so nobody is called back from inside a call of theirs.
class LocalBus final : public Bus {
public:
    static constexpr About about{"local", "1.0.0", "One node that stands alone", "MIT"};
    static constexpr std::string_view capabilities = R"({"reaches_other_nodes":false})";

    ~LocalBus() override { stop(); }

    bool reaches_other_nodes() const override { return false; }
    void bind(BusEvents& events) override { events_ = &events; }
    void publish(std::vector<BusMessage> batch) override;
    void subscribe(std::string topic, Completion<void> done) override;
    void unsubscribe(std::string topic, Completion<void> done) override;

    Result<void> start();
    void stop();

private:
    struct Subscription {
        std::string topic;
        bool wanted;
        Completion<void> done;
    };
    using Task = std::variant<std::vector<BusMessage>, Subscription>;

    void post(Task task);
    void run();
    void deliver(std::vector<BusMessage>& batch);
    void change(Subscription& subscription);

    BusEvents* events_ = nullptr;  // set once, before start

    // Belongs to the delivering thread: no lock.
    std::set<std::string> topics_;

    std::mutex mutex_;
    std::condition_variable work_;
    std::vector<Task> tasks_;
    bool stopping_ = false;

    std::thread thread_;
};

}  // namespace weft
