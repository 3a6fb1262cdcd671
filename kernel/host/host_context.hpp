#pragma once

#include "kernel/host/host_services.hpp"
#include "kernel/host/operations.hpp"
#include "kernel/host/option_values.hpp"

#include <weft/abi/host.h>

#include <string>

namespace weft {

/// The host as one instance sees it: what the table `weft_host` leads to. Outlives the instance, so that a late call of
/// a plugin's thread finds it and changes nothing.
class HostContext {
public:
    HostContext(PluginHostServices& services, std::string component, OptionValues options);
    HostContext(const HostContext&) = delete;
    HostContext& operator=(const HostContext&) = delete;

    const weft_host* c() const { return &c_; }
    Operations& operations() { return operations_; }
    const std::string& component() const { return component_; }
    void log(LogLevel level, std::string_view text) { services_.log(level, component_, text); }

private:
    struct Calls;

    PluginHostServices& services_;
    const std::string component_;
    const OptionValues options_;
    Operations operations_;
    weft_host c_;
};

}  // namespace weft
