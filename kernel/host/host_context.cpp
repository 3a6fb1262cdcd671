#include "kernel/host/host_context.hpp"

#include <weft/detail/guard.hpp>
#include <weft/detail/values.hpp>

namespace weft {

using detail::from_c;
using detail::guarded;

// Nothing of the kernel throws into a plugin either.
struct HostContext::Calls {
    static HostContext& of(void* self) { return *static_cast<HostContext*>(self); }

    static void log(void* self, std::uint32_t level, weft_str text) noexcept {
        guarded(
            [&] {
                of(self).log(level <= WEFT_LOG_ERROR ? LogLevel{level} : LogLevel::error,
                             from_c(text));
            },
            [](Code, std::string_view) {});
    }

    static weft_code option(void* self, weft_str key, std::uint32_t type,
                            weft_value* value) noexcept {
        const weft_value* found = of(self).options_.find(from_c(key));
        if (found == nullptr) {
            return WEFT_NOT_FOUND;
        }
        if (found->type != type) {
            return WEFT_CONFIG;
        }
        *value = *found;
        return WEFT_OK;
    }

    static weft_code where(void* self, weft_str key, weft_sink* out) noexcept {
        return guarded(
            [&] { return detail::write_to(out, as_bytes(of(self).options_.where(from_c(key)))); },
            [](Code code, std::string_view) { return detail::to_c(code); });
    }

    static weft_code define_metric(void* self, std::uint32_t kind, weft_str name, weft_str help,
                                   std::uint32_t* metric) noexcept {
        if (kind > WEFT_METRIC_GAUGE) {
            return WEFT_UNSUPPORTED;
        }
        return guarded(
            [&]() -> weft_code {
                HostContext& host = of(self);
                *metric = static_cast<std::uint32_t>(host.services_.define_metric(
                    host.component_, MetricKind{kind}, from_c(name), from_c(help)));
                return WEFT_OK;
            },
            [](Code code, std::string_view) { return detail::to_c(code); });
    }

    static void record(void* self, const weft_sample* samples, std::size_t count) noexcept {
        guarded(
            [&] {
                for (std::size_t i = 0; i < count; ++i) {
                    of(self).services_.record(MetricId{samples[i].metric}, samples[i].value);
                }
            },
            [](Code, std::string_view) {});
    }

    static std::int64_t unix_ms(void* self) noexcept { return of(self).services_.unix_ms(); }
    static std::int64_t monotonic_ns(void* self) noexcept {
        return of(self).services_.monotonic_ns();
    }
    static std::uint64_t random(void* self) noexcept { return of(self).services_.random(); }

    static void complete(void* self, const weft_completion* completions,
                         std::size_t count) noexcept {
        for (std::size_t i = 0; i < count; ++i) {
            guarded(
                [&] {
                    of(self).operations_.complete({completions + i, 1});
                },
                [&](Code, std::string_view what) { of(self).log(LogLevel::error, what); });
        }
    }
};

HostContext::HostContext(PluginHostServices& services, std::string component, OptionValues options)
    : services_(services), component_(std::move(component)),
      options_(std::move(options)), c_{sizeof(weft_host),
                                       0,
                                       this,
                                       &Calls::log,
                                       &Calls::option,
                                       &Calls::where,
                                       &Calls::define_metric,
                                       &Calls::record,
                                       &Calls::unix_ms,
                                       &Calls::monotonic_ns,
                                       &Calls::random,
                                       &Calls::complete} {}

}  // namespace weft
