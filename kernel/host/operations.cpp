#include "kernel/host/operations.hpp"

#include <weft/detail/values.hpp>

#include <string_view>
#include <utility>

namespace weft {
namespace {

void end_cancelled(Operations::End& end, weft_op op) {
    end({op, WEFT_CANCELLED, 0, detail::to_c(std::string_view("the plugin was stopped")), nullptr,
         0});
}

}  // namespace

weft_op Operations::add(End end) {
    {
        const std::lock_guard lock(mutex_);
        if (!cancelled_) {
            if (free_.empty()) {
                free_.push_back(static_cast<std::uint32_t>(slots_.size()));
                slots_.emplace_back();
            }
            const std::uint32_t index = free_.back();
            free_.pop_back();
            slots_[index].end = std::move(end);
            return std::uint64_t{slots_[index].generation} << 32 | index;
        }
    }
    end_cancelled(end, 0);
    return 0;
}

void Operations::complete(std::span<const weft_completion> completions) {
    for (const weft_completion& completion : completions) {
        if (End end = take(completion.op)) {
            end(completion);
        } else {
            strays_.fetch_add(1, std::memory_order_relaxed);
        }
    }
}

void Operations::cancel_all() {
    std::vector<std::pair<weft_op, End>> outstanding;
    {
        const std::lock_guard lock(mutex_);
        cancelled_ = true;
        for (std::uint32_t index = 0; index < slots_.size(); ++index) {
            Slot& slot = slots_[index];
            if (slot.end) {
                outstanding.emplace_back(std::uint64_t{slot.generation} << 32 | index,
                                         std::move(slot.end));
                ++slot.generation;
            }
        }
    }
    for (auto& [op, end] : outstanding) {
        end_cancelled(end, op);
    }
}

std::size_t Operations::outstanding() const {
    const std::lock_guard lock(mutex_);
    return slots_.size() - free_.size();
}

Operations::End Operations::take(weft_op op) {
    const auto index = static_cast<std::uint32_t>(op);
    const auto generation = static_cast<std::uint32_t>(op >> 32);
    const std::lock_guard lock(mutex_);
    if (index >= slots_.size() || slots_[index].generation != generation || !slots_[index].end) {
        return {};
    }
    Slot& slot = slots_[index];
    // Generation 0 is never given, so that the id 0 names nothing.
    slot.generation = slot.generation == ~std::uint32_t{0} ? 1 : slot.generation + 1;
    free_.push_back(index);
    return std::exchange(slot.end, End());
}

}  // namespace weft
