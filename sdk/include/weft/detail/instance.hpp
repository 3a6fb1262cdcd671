// One instance of a plugin as the host holds it, and the descriptor that makes one.
#pragma once

#include <weft/detail/bus_thunks.hpp>
#include <weft/detail/crdt_thunks.hpp>
#include <weft/detail/schema.hpp>
#include <weft/detail/storage_thunks.hpp>
#include <weft/detail/transport_thunks.hpp>

#include <concepts>

namespace weft::detail {

/// Apart from its caller, where GCC 12 would see an overflow in libstdc++'s own copy of a short text.
[[gnu::noinline]] inline weft_code fill_out_of_order(weft_error* error, std::string_view name) {
    return fill_error(error, Code::state, std::string(name) + " was called out of order");
}

/// The thunks of the seam that `Plugin` derives from.
template <class Plugin, class Instance>
auto thunks_of() {
    if constexpr (std::derived_from<Plugin, Storage>) {
        return StorageThunks<Instance>();
    } else if constexpr (std::derived_from<Plugin, Bus>) {
        return BusThunks<Instance>();
    } else if constexpr (std::derived_from<Plugin, Transport>) {
        return TransportThunks<Instance>();
    } else {
        static_assert(
            std::derived_from<Plugin, Crdt>,
            "a plugin derives from weft::Storage, weft::Bus, weft::Transport or weft::Crdt");
        return CrdtThunks<Instance>();
    }
}

template <class Plugin>
struct OptionsOf {
    using type = NoOptions;
};
template <class Plugin>
requires requires {
    typename Plugin::Options;
}
struct OptionsOf<Plugin> {
    using type = typename Plugin::Options;
};

template <class Plugin>
class Instance {
public:
    using Thunks = decltype(thunks_of<Plugin, Instance>());
    using Options = typename OptionsOf<Plugin>::type;

    static weft_code create(const weft_host* host, weft_str, const weft_instance** out,
                            weft_error* error) noexcept {
        return guarded(
            [&]() -> weft_code {
                Options options{};
                const weft_code code = load_options(*host, options, error);
                if (code == WEFT_OK) {
                    *out = &(new Instance(*host, std::move(options)))->c_;
                }
                return code;
            },
            [&](Code code, std::string_view what) { return fill_error(error, code, what); });
    }

    // For the thunks.
    Plugin& seam() { return plugin_; }
    HostOverC& host() { return host_; }
    typename Thunks::State state;

private:
    enum class Life { created, configured, started, draining, stopped };

    Instance(const weft_host& host, Options options)
        : host_(host), plugin_(make(host_, std::move(options))) {}

    static Plugin make(Host& host, Options options) {
        if constexpr (std::constructible_from<Plugin, Host&, Options>) {
            return Plugin(host, std::move(options));
        } else if constexpr (std::constructible_from<Plugin, Options>) {
            return Plugin(std::move(options));
        } else if constexpr (std::constructible_from<Plugin, Host&>) {
            return Plugin(host);
        } else {
            return Plugin();
        }
    }

    static weft_code configure(void* self, weft_error* error) noexcept {
        return step(self, error, Life::created, Life::configured, "configure",
                    [](Plugin& plugin) -> Result<void> {
                        if constexpr (requires { plugin.configure(); }) {
                            return plugin.configure();
                        } else {
                            return {};
                        }
                    });
    }

    static weft_code start(void* self, weft_error* error) noexcept {
        return step(self, error, Life::configured, Life::started, "start",
                    [](Plugin& plugin) -> Result<void> {
                        if constexpr (requires { plugin.start(); }) {
                            return plugin.start();
                        } else {
                            return {};
                        }
                    });
    }

    static weft_code drain(void* self, weft_error* error) noexcept {
        return step(self, error, Life::started, Life::draining, "drain",
                    [](Plugin& plugin) -> Result<void> {
                        if constexpr (requires { plugin.drain(); }) {
                            plugin.drain();
                        }
                        return {};
                    });
    }

    static weft_code stop(void* self, weft_error* error) noexcept {
        auto& life = static_cast<Instance*>(self)->life_;
        const Life from = life == Life::started ? Life::started : Life::draining;
        return step(self, error, from, Life::stopped, "stop", [](Plugin& plugin) -> Result<void> {
            if constexpr (requires { plugin.stop(); }) {
                plugin.stop();
            }
            return {};
        });
    }

    template <class Call>
    static weft_code step(void* self, weft_error* error, Life from, Life to, std::string_view name,
                          Call&& call) noexcept {
        auto& instance = *static_cast<Instance*>(self);
        return guarded(
            [&]() -> weft_code {
                if (instance.life_ != from) {
                    return fill_out_of_order(error, name);
                }
                const Result<void> done = call(instance.plugin_);
                if (!done) {
                    return fill_error(error, done.error());
                }
                instance.life_ = to;
                return WEFT_OK;
            },
            [&](Code code, std::string_view what) { return fill_error(error, code, what); });
    }

    static void destroy(void* self) noexcept { delete static_cast<Instance*>(self); }

    static const void* extension(void* self, weft_str id) noexcept {
        return guarded(
            [&]() -> const void* {
                if constexpr (requires { Thunks::extension(self, from_c(id)); }) {
                    return Thunks::extension(self, from_c(id));
                }
                return nullptr;
            },
            [](Code, std::string_view) -> const void* { return nullptr; });
    }

    HostOverC host_;
    Plugin plugin_;
    Life life_ = Life::created;
    const weft_instance c_{sizeof(weft_instance),
                           0,
                           this,
                           &Thunks::calls,
                           &configure,
                           &start,
                           &drain,
                           &stop,
                           &destroy,
                           &extension};
};

// How a plugin was built, for people who look for the reason of a crash.
#if defined(__clang__)
#define WEFT_BUILD_COMPILER "clang " __clang_version__
#else
#define WEFT_BUILD_COMPILER "gcc " __VERSION__
#endif
#if defined(__x86_64__)
#define WEFT_BUILD_TARGET ", x86_64"
#elif defined(__aarch64__)
#define WEFT_BUILD_TARGET ", aarch64"
#elif defined(__wasm__)
#define WEFT_BUILD_TARGET ", wasm"
#else
#define WEFT_BUILD_TARGET ""
#endif
#if defined(NDEBUG)
#define WEFT_BUILD_MODE ", release"
#else
#define WEFT_BUILD_MODE ", with assertions"
#endif
#if defined(__has_feature)
#define WEFT_BUILD_HAS(feature) __has_feature(feature)
#else
#define WEFT_BUILD_HAS(feature) 0
#endif
#if defined(__SANITIZE_ADDRESS__) || WEFT_BUILD_HAS(address_sanitizer)
#define WEFT_BUILD_SANITIZER ", address sanitizer"
#elif defined(__SANITIZE_THREAD__) || WEFT_BUILD_HAS(thread_sanitizer)
#define WEFT_BUILD_SANITIZER ", thread sanitizer"
#else
#define WEFT_BUILD_SANITIZER ""
#endif

template <class Plugin>
constexpr std::string_view capabilities_of() {
    if constexpr (requires { Plugin::capabilities; }) {
        return Plugin::capabilities;
    } else {
        return "{}";
    }
}

/// What `weft_plugin_entry` answers; NULL when there is no memory for it.
template <class Plugin>
const weft_plugin* descriptor_of() noexcept {
    return guarded(
        []() -> const weft_plugin* {
            static const std::string schema = schema_of<typename Instance<Plugin>::Options>();
            static const weft_plugin descriptor{
                sizeof(weft_plugin),
                WEFT_ABI_MAJOR,
                WEFT_ABI_MINOR,
                0,
                to_c(Instance<Plugin>::Thunks::seam),
                to_c(Plugin::about.name),
                to_c(Plugin::about.version),
                to_c(Plugin::about.license),
                to_c(Plugin::about.summary),
                to_c(capabilities_of<Plugin>()),
                to_c(std::string_view(schema)),
                to_c(std::string_view(
                    WEFT_BUILD_COMPILER WEFT_BUILD_TARGET WEFT_BUILD_MODE WEFT_BUILD_SANITIZER)),
                &Instance<Plugin>::create};
            return &descriptor;
        },
        [](Code, std::string_view) -> const weft_plugin* { return nullptr; });
}

#undef WEFT_BUILD_COMPILER
#undef WEFT_BUILD_TARGET
#undef WEFT_BUILD_MODE
#undef WEFT_BUILD_HAS
#undef WEFT_BUILD_SANITIZER

}  // namespace weft::detail
