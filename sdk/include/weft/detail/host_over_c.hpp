#pragma once

#include <weft/detail/guard.hpp>
#include <weft/detail/values.hpp>
#include <weft/function.hpp>
#include <weft/host.hpp>

namespace weft::detail {

/// The host as the C++ side of a plugin sees it.
class HostOverC final : public Host {
public:
    explicit HostOverC(const weft_host& host) : host_(host) {}

    const weft_host& c() const { return host_; }

    void log(LogLevel level, std::string_view text) override {
        host_.log(host_.self, static_cast<std::uint32_t>(level), to_c(text));
    }
    std::string where(std::string_view option) const override {
        std::string out;
        GrowingSink sink(out);
        if (host_.where(host_.self, to_c(option), sink.c()) != WEFT_OK) {
            return std::string(option);
        }
        sink.finish();
        return out;
    }
    std::int64_t unix_ms() const override { return host_.unix_ms(host_.self); }
    std::int64_t monotonic_ns() const override { return host_.monotonic_ns(host_.self); }
    std::uint64_t random() override { return host_.random(host_.self); }
    MetricId define_metric(MetricKind kind, std::string_view name, std::string_view help) override {
        std::uint32_t metric = 0;
        host_.define_metric(host_.self, static_cast<std::uint32_t>(kind), to_c(name), to_c(help),
                            &metric);
        return MetricId{metric};
    }
    void record(MetricId metric, double value) override {
        const weft_sample sample{static_cast<std::uint32_t>(metric), 0, value};
        host_.record(host_.self, &sample, 1);
    }

    /// For the thunks: an exception that no caller can be told about.
    void log_exception(std::string_view call, std::string_view what) noexcept {
        char text[256];
        std::size_t size = 0;
        for (const std::string_view part : {call, std::string_view(" threw: "), what}) {
            const auto cut = cut_text(part, sizeof text - size);
            std::copy(cut.begin(), cut.end(), text + size);
            size += cut.size();
        }
        log(LogLevel::error, {text, size});
    }

private:
    const weft_host& host_;
};

/// How an operation tells the host its end: exactly once, also when it is dropped without having been called.
class OperationEnd {
public:
    OperationEnd(const weft_host& host, weft_op op) : host_(&host), op_(op) {}
    OperationEnd(OperationEnd&& other) noexcept
        : host_(std::exchange(other.host_, nullptr)), op_(other.op_) {}
    OperationEnd& operator=(OperationEnd&&) = delete;
    ~OperationEnd() {
        if (host_ != nullptr) {
            fail({Code::internal, "the plugin dropped the operation", 0});
        }
    }

    /// `result` lives until the call returns.
    template <class T>
    void succeed(const T& result) {
        tell({op_, WEFT_OK, 0, {}, &result, sizeof result});
    }
    void succeed() { tell({op_, WEFT_OK, 0, {}, nullptr, 0}); }

    void fail(const Error& error) {
        const weft_code code = error.code == Code::ok ? WEFT_INTERNAL : to_c(error.code);
        tell({op_, code, error.retry_after_ms, to_c(std::string_view(error.message)), nullptr, 0});
    }

private:
    void tell(const weft_completion& completion) {
        const auto* host = std::exchange(host_, nullptr);
        if (host != nullptr) {
            host->complete(host->self, &completion, 1);
        }
    }

    const weft_host* host_;
    weft_op op_;
};

/// The completion of an operation without a result.
inline Completion<void> void_completion(const weft_host& host, weft_op op) {
    return [end = OperationEnd(host, op)](Result<void> result) mutable {
        if (result) {
            end.succeed();
        } else {
            end.fail(result.error());
        }
    };
}

}  // namespace weft::detail
