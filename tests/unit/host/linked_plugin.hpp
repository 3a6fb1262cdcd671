#pragma once

#include "host/recording_services.hpp"
#include "kernel/host/plugin_host.hpp"

#include <weft/plugin.hpp>

#include <gtest/gtest.h>

#include <memory>
#include <utility>

namespace weft {

/// `Plugin` loaded through its C tables without a file: what the kernel calls is the host's adapter, what answers is the
/// author's object behind the thunks.
template <class Plugin>
class Linked {
public:
    explicit Linked(PluginOptions options = {}) {
        const weft_plugin& descriptor = *detail::descriptor_of<Plugin>();
        auto loaded = host_.load({std::string(detail::from_c(descriptor.seam)),
                                  std::string(Plugin::about.name), "weft.yaml:3:5: plugin",
                                  std::move(options)},
                                 descriptor);
        if (loaded) {
            plugin_ = std::move(*loaded);
        } else {
            error_ = loaded.error();
        }
    }

    explicit operator bool() const { return plugin_ != nullptr; }
    LoadedPlugin* operator->() { return plugin_.get(); }
    const Error& error() const { return error_; }
    RecordingServices& services() { return services_; }
    void destroy() { plugin_.reset(); }

private:
    RecordingServices services_;
    PluginHost host_{services_};
    std::unique_ptr<LoadedPlugin> plugin_;
    Error error_{Code::ok, "", 0};
};

}  // namespace weft
