#include "kernel/host/plugin_host.hpp"

#include "kernel/host/host_context.hpp"
#include "kernel/host/option_values.hpp"
#include "kernel/host/plugin_bus.hpp"
#include "kernel/host/plugin_crdt.hpp"
#include "kernel/host/plugin_file.hpp"
#include "kernel/host/plugin_storage.hpp"
#include "kernel/host/plugin_transport.hpp"
#include "kernel/host/seam_table.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace weft {
namespace {

namespace fs = std::filesystem;

weft_error no_error() {
    weft_error error;
    error.code = WEFT_OK;
    error.retry_after_ms = 0;
    error.message[0] = '\0';
    return error;
}

Error refused(const PluginRequest& request, std::string_view message) {
    return {Code::config, fmt::format("{}: {}", request.where, message), 0};
}

}  // namespace

LoadedPlugin::LoadedPlugin(PluginDescription description, std::shared_ptr<HostContext> context,
                           const PluginRequest& request)
    : description_(std::move(description)), context_(std::move(context)), where_(request.where),
      options_(request.options) {}

LoadedPlugin::~LoadedPlugin() {
    stop();
    context_->operations().cancel_all();
    if (instance_ != nullptr) {
        instance_->destroy(instance_->self);
    }
}

Result<void> LoadedPlugin::create(const weft_plugin& plugin) {
    weft_error error = no_error();
    const weft_instance* instance = nullptr;
    const weft_code code = plugin.create(
        context_->c(), detail::to_c(std::string_view(description_.name)), &instance, &error);
    if (code != WEFT_OK) {
        return problem(code, error, "cannot be created");
    }
    if (!has_all_calls<weft_instance>(instance)) {
        return Error{Code::config,
                     fmt::format("{}: plugin {} gives an instance without all of its calls: build "
                                 "it with the SDK of this server",
                                 where_, description_.name),
                     0};
    }
    instance_ = instance;
    return wrap();
}

Result<void> LoadedPlugin::wrap() {
    const void* calls = instance_->seam_calls;
    void* self = instance_->self;
    if (description_.seam == "storage" && has_all_calls<weft_storage_calls>(calls)) {
        storage_ = std::make_unique<PluginStorage>(*static_cast<const weft_storage_calls*>(calls),
                                                   self, *context_);
    } else if (description_.seam == "bus" && has_all_calls<weft_bus_calls>(calls)) {
        bus_ = std::make_unique<PluginBus>(*static_cast<const weft_bus_calls*>(calls), self,
                                           *context_);
    } else if (description_.seam == "transport" && has_all_calls<weft_transport_calls>(calls)) {
        transport_ = std::make_unique<PluginTransport>(
            *static_cast<const weft_transport_calls*>(calls), self, *context_);
    } else if (description_.seam == "crdt" && has_all_calls<weft_crdt_calls>(calls)) {
        crdt_ = std::make_unique<PluginCrdt>(*instance_);
    } else {
        return Error{
            Code::config,
            fmt::format(
                "{}: plugin {} lacks calls of the seam {}: build it with the SDK of this server",
                where_, description_.name, description_.seam),
            0};
    }
    return {};
}

Result<void> LoadedPlugin::configure() {
    weft_error error = no_error();
    const weft_code code = instance_->configure(instance_->self, &error);
    if (code != WEFT_OK) {
        return problem(code, error, "refuses its options");
    }
    return {};
}

Result<void> LoadedPlugin::start() {
    weft_error error = no_error();
    const weft_code code = instance_->start(instance_->self, &error);
    if (code != WEFT_OK) {
        return problem(code, error, "cannot start");
    }
    running_ = true;
    return {};
}

void LoadedPlugin::drain() {
    if (running_) {
        weft_error error = no_error();
        log_failure(instance_->drain(instance_->self, &error), error, "cannot drain");
    }
}

void LoadedPlugin::stop() {
    if (!running_) {
        return;
    }
    running_ = false;
    weft_error error = no_error();
    log_failure(instance_->stop(instance_->self, &error), error, "cannot stop");
    context_->operations().cancel_all();
}

Error LoadedPlugin::problem(weft_code code, const weft_error& error, std::string_view verb) const {
    Error told = detail::from_c(code, error);
    // A message that the plugin began with `Host::where` says already where it belongs.
    const auto begins = [&](const PluginOptions::Value& value) {
        return told.message.starts_with(value.where);
    };
    const bool placed = !options_.where.empty() && told.message.starts_with(options_.where);
    if (!placed && std::ranges::none_of(options_.values, begins)) {
        told.message =
            fmt::format("{}: {} plugin {} {}: {}", where_, description_.seam, description_.name,
                        verb, told.message.empty() ? name_of(told.code) : told.message);
    }
    return told;
}

void LoadedPlugin::log_failure(weft_code code, const weft_error& error,
                               std::string_view verb) const {
    if (code != WEFT_OK) {
        context_->log(LogLevel::error,
                      fmt::format("{}: {}", verb, detail::from_c(code, error).message));
    }
}

Result<std::unique_ptr<LoadedPlugin>> PluginHost::load(const PluginRequest& request,
                                                       std::span<const fs::path> folders) {
    const auto file = find_plugin(request.seam, request.name, folders);
    if (!file) {
        return refused(request, file.error().message);
    }
    const auto plugin = open_plugin(*file);
    if (!plugin) {
        return refused(request, fmt::format("{} {}", file->string(), plugin.error().message));
    }
    auto description = describe_plugin(**plugin);
    if (!description) {
        return refused(request, fmt::format("{} {}", file->string(), description.error().message));
    }
    description->file = *file;
    if (description->seam != request.seam || description->name != request.name) {
        return refused(
            request,
            fmt::format(
                "{} is the {} plugin `{}`, wanted the {} plugin `{}`: put the right file there",
                file->string(), description->seam, description->name, request.seam, request.name));
    }
    return instantiate(request, **plugin, std::move(*description));
}

Result<std::unique_ptr<LoadedPlugin>> PluginHost::load(const PluginRequest& request,
                                                       const weft_plugin& plugin) {
    auto description = describe_plugin(plugin);
    if (!description) {
        return refused(request, fmt::format("{} {}", request.name, description.error().message));
    }
    return instantiate(request, plugin, std::move(*description));
}

Result<std::unique_ptr<LoadedPlugin>> PluginHost::instantiate(const PluginRequest& request,
                                                              const weft_plugin& plugin,
                                                              PluginDescription description) {
    std::vector<std::string> problems;
    auto options = OptionValues::check(description.options, request.options, problems);
    if (!problems.empty()) {
        return Error{Code::config, fmt::format("{}", fmt::join(problems, "\n")), 0};
    }
    const std::string component = fmt::format("{}/{}", description.seam, description.name);
    const auto context = contexts_.emplace_back(
        std::make_shared<HostContext>(services_, component, std::move(options)));
    std::unique_ptr<LoadedPlugin> loaded(
        new LoadedPlugin(std::move(description), context, request));
    if (const auto created = loaded->create(plugin); !created) {
        return created.error();
    }
    if (const auto configured = loaded->configure(); !configured) {
        return configured.error();
    }
    return loaded;
}

std::vector<PluginListing> PluginHost::list(std::span<const fs::path> folders) {
    std::vector<PluginListing> listed;
    for (const fs::path& file : plugin_files(folders)) {
        listed.push_back({file, inspect(file)});
    }
    return listed;
}

Result<PluginDescription> PluginHost::inspect(const fs::path& file) {
    const auto plugin = open_plugin(file);
    if (!plugin) {
        return Error{Code::config, fmt::format("{} {}", file.string(), plugin.error().message), 0};
    }
    auto description = describe_plugin(**plugin);
    if (!description) {
        return Error{Code::config, fmt::format("{} {}", file.string(), description.error().message),
                     0};
    }
    description->file = file;
    return description;
}

}  // namespace weft
