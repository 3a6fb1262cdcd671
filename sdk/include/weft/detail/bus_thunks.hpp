// weft_bus_calls over a weft::Bus.
#pragma once

#include <weft/abi/bus.h>
#include <weft/bus.hpp>
#include <weft/detail/host_over_c.hpp>

namespace weft::detail {

/// The kernel's side of a bus as the plugin sees it.
class BusEventsOverC final : public BusEvents {
public:
    explicit BusEventsOverC(const weft_bus_events& events) : events_(events) {}

    void on_messages(std::span<BusMessage> messages) override {
        SmallArray<weft_bus_message, 16> lent(messages.size());
        for (std::size_t i = 0; i < messages.size(); ++i) {
            lent[i] = {to_c(std::string_view(messages[i].topic)),
                       std::move(messages[i].payload).release()};
        }
        events_.on_messages(events_.self, lent.data(), lent.size());
    }
    void on_link(bool up, std::string_view detail) override {
        events_.on_link(events_.self, up ? 1 : 0, to_c(detail));
    }

private:
    const weft_bus_events& events_;
};

template <class Instance>
struct BusThunks {
    static constexpr std::string_view seam = "bus";

    /// What an instance keeps beside the author's object.
    struct State {
        std::unique_ptr<BusEventsOverC> events;
    };

    static std::uint32_t reaches_other_nodes(void* self) noexcept {
        auto& instance = *static_cast<Instance*>(self);
        return guarded(
            [&]() -> std::uint32_t { return instance.seam().reaches_other_nodes() ? 1 : 0; },
            [&](Code, std::string_view what) {
                instance.host().log_exception("reaches_other_nodes", what);
                return std::uint32_t{0};
            });
    }

    static void bind(void* self, const weft_bus_events* events) noexcept {
        auto& instance = *static_cast<Instance*>(self);
        guarded(
            [&] {
                instance.state.events = std::make_unique<BusEventsOverC>(*events);
                instance.seam().bind(*instance.state.events);
            },
            [&](Code, std::string_view what) { instance.host().log_exception("bind", what); });
    }

    /// Takes all: a bus may lose messages, so what a throw drops is only told to the log.
    static std::size_t publish(void* self, const weft_bus_message* messages,
                               std::size_t count) noexcept {
        auto& instance = *static_cast<Instance*>(self);
        guarded(
            [&] {
                std::vector<BusMessage> batch(count);
                for (std::size_t i = 0; i < count; ++i) {
                    batch[i].payload = Buffer::adopt(messages[i].payload);
                    batch[i].topic = from_c(messages[i].topic);
                }
                instance.seam().publish(std::move(batch));
            },
            [&](Code, std::string_view what) { instance.host().log_exception("publish", what); });
        return count;
    }

    static void subscribe(void* self, const weft_bus_subscription* topics,
                          std::size_t count) noexcept {
        each(self, topics, count, "subscribe",
             [](Bus& bus, std::string topic, Completion<void> done) {
                 bus.subscribe(std::move(topic), std::move(done));
             });
    }

    static void unsubscribe(void* self, const weft_bus_subscription* topics,
                            std::size_t count) noexcept {
        each(self, topics, count, "unsubscribe",
             [](Bus& bus, std::string topic, Completion<void> done) {
                 bus.unsubscribe(std::move(topic), std::move(done));
             });
    }

    template <class Call>
    static void each(void* self, const weft_bus_subscription* topics, std::size_t count,
                     std::string_view name, Call call) noexcept {
        auto& instance = *static_cast<Instance*>(self);
        for (std::size_t i = 0; i < count; ++i) {
            guarded(
                [&] {
                    auto done = void_completion(instance.host().c(), topics[i].op);
                    call(instance.seam(), std::string(from_c(topics[i].topic)), std::move(done));
                },
                [&](Code, std::string_view what) { instance.host().log_exception(name, what); });
        }
    }

    static constexpr weft_bus_calls calls{
        sizeof(weft_bus_calls), 0, &reaches_other_nodes, &bind, &publish, &subscribe, &unsubscribe};
};

}  // namespace weft::detail
