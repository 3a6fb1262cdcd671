#include "kernel/host/plugin_bus.hpp"

#include "kernel/host/completion_reading.hpp"

#include <weft/detail/guard.hpp>

namespace weft {

using detail::from_c;
using detail::guarded;
using detail::SmallArray;
using detail::to_c;

struct PluginBus::Events {
    static PluginBus& of(void* self) { return *static_cast<PluginBus*>(self); }

    static void on_messages(void* self, const weft_bus_message* messages,
                            std::size_t count) noexcept {
        guarded(
            [&] {
                SmallArray<BusMessage, 16> taken(count);
                for (std::size_t i = 0; i < count; ++i) {
                    taken[i].payload = Buffer::adopt(messages[i].payload);
                    taken[i].topic = from_c(messages[i].topic);
                }
                of(self).events_->on_messages({taken.data(), count});
            },
            [&](Code, std::string_view what) { of(self).context_.log(LogLevel::error, what); });
    }

    static void on_link(void* self, std::uint32_t up, weft_str detail) noexcept {
        guarded([&] { of(self).events_->on_link(up != 0, from_c(detail)); },
                [&](Code, std::string_view what) { of(self).context_.log(LogLevel::error, what); });
    }
};

PluginBus::PluginBus(const weft_bus_calls& calls, void* self, HostContext& context)
    : calls_(calls), self_(self),
      context_(context), c_events_{sizeof(weft_bus_events), 0, this, &Events::on_messages,
                                   &Events::on_link} {}

bool PluginBus::reaches_other_nodes() const {
    return calls_.reaches_other_nodes(self_) != 0;
}

void PluginBus::bind(BusEvents& events) {
    events_ = &events;
    calls_.bind(self_, &c_events_);
}

void PluginBus::publish(std::vector<BusMessage> batch) {
    SmallArray<weft_bus_message, 16> lent(batch.size());
    for (std::size_t i = 0; i < batch.size(); ++i) {
        lent[i] = {to_c(std::string_view(batch[i].topic)), batch[i].payload.raw()};
    }
    const std::size_t taken =
        std::min(calls_.publish(self_, lent.data(), lent.size()), batch.size());
    for (std::size_t i = 0; i < taken; ++i) {
        static_cast<void>(
            std::move(batch[i].payload).release());  // this reference is the plugin's now
    }
}

void PluginBus::subscribe(std::string topic, Completion<void> done) {
    const weft_bus_subscription wanted{context_.operations().add(void_end(std::move(done))),
                                       to_c(std::string_view(topic))};
    calls_.subscribe(self_, &wanted, 1);
}

void PluginBus::unsubscribe(std::string topic, Completion<void> done) {
    const weft_bus_subscription unwanted{context_.operations().add(void_end(std::move(done))),
                                         to_c(std::string_view(topic))};
    calls_.unsubscribe(self_, &unwanted, 1);
}

}  // namespace weft
