#pragma once

#include "kernel/host/host_context.hpp"

#include <weft/abi/bus.h>
#include <weft/bus.hpp>

namespace weft {

/// The bus of a plugin as the kernel calls it. Messages that the plugin does not take are lost, as a bus may.
class PluginBus final : public Bus {
public:
    /// `calls` was checked to be complete; `context` is that of the instance and outlives it.
    PluginBus(const weft_bus_calls& calls, void* self, HostContext& context);

    bool reaches_other_nodes() const override;
    void bind(BusEvents& events) override;
    void publish(std::vector<BusMessage> batch) override;
    void subscribe(std::string topic, Completion<void> done) override;
    void unsubscribe(std::string topic, Completion<void> done) override;

private:
    struct Events;

    const weft_bus_calls& calls_;
    void* const self_;
    HostContext& context_;
    weft_bus_events c_events_;
    BusEvents* events_ = nullptr;  // set by bind
};

}  // namespace weft
