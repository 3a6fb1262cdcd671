#pragma once

#include <weft/function.hpp>

#include <memory>
#include <vector>

namespace weft {

/// How an operation ended, and how often. May be gone before the operation ends.
template <class T>
class Ended {
public:
    Completion<T> completion() {
        return [kept = kept_](Result<T> result) { kept->push_back(std::move(result)); };
    }
    int times() const { return static_cast<int>(results.size()); }
    Code code() const { return results.at(0) ? Code::ok : results.at(0).error().code; }

private:
    std::shared_ptr<std::vector<Result<T>>> kept_ = std::make_shared<std::vector<Result<T>>>();

public:
    const std::vector<Result<T>>& results = *kept_;
};

}  // namespace weft
