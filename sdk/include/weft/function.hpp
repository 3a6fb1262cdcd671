#pragma once

#include <weft/result.hpp>

#include <memory>
#include <type_traits>
#include <utility>

namespace weft {

/// A callable that is moved, never copied, so it may own what it captures.
/// Calling an empty one is a bug of the caller.
template <class Signature>
class UniqueFunction;

template <class R, class... Args>
class UniqueFunction<R(Args...)> {
public:
    UniqueFunction() = default;

    template <class F>
    requires(!std::is_same_v<std::remove_cvref_t<F>, UniqueFunction>) UniqueFunction(F&& callable)
        : callable_(std::make_unique<Holder<std::remove_cvref_t<F>>>(std::forward<F>(callable))) {}

    explicit operator bool() const { return callable_ != nullptr; }

    R operator()(Args... args) { return callable_->call(std::forward<Args>(args)...); }

private:
    struct Callable {
        virtual ~Callable() = default;
        virtual R call(Args... args) = 0;
    };

    template <class F>
    struct Holder final : Callable {
        template <class G>
        explicit Holder(G&& g) : callable(std::forward<G>(g)) {}
        R call(Args... args) override { return callable(std::forward<Args>(args)...); }
        F callable;
    };

    std::unique_ptr<Callable> callable_;
};

/// Told once how an operation ended, on any thread, never before the call that started it returned.
template <class T>
using Completion = UniqueFunction<void(Result<T>)>;

}  // namespace weft
