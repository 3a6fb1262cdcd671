#include "kernel/doctor/repair.hpp"

#include "kernel/doctor/copy_check.hpp"
#include "kernel/doctor/salvage.hpp"
#include "kernel/document/readable_content.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

namespace weft {

namespace {

/// What is sound of it. Version numbers go on where they were, unless nothing stays.
CopyOrder sound_part_of(OfflineStore& from, const Examination& seen) {
    CopyOrder order;
    order.head = seen.head();
    order.until = seen.sound_until;
    std::ranges::copy_if(seen.keyframes, std::back_inserter(order.keyframes),
                         [&](std::uint64_t seq) { return seq <= seen.sound_until; });
    std::ranges::copy_if(seen.versions, std::back_inserter(order.versions),
                         [&](const Version& version) { return version.seq <= seen.sound_until; });
    if (order.until == 0) {
        order.head.version = 0;
    }
    // Where even this cannot be read, there is nothing to refuse the long deleted with.
    if (auto loaded = from.load({order.head.document, 0})) {
        order.tombstones = std::move(loaded->tombstones);
    }
    return order;
}

class Repair {
public:
    Repair(OfflineStore& from, OfflineStore& to, const Examination& seen)
        : from_(from), to_(to), seen_(seen), order_(sound_part_of(from, seen)) {}

    Result<std::string> run(std::string_view text_root, const TellTime& tell_time) {
        if (const auto copied = copy_document(from_, to_, *seen_.crdt, order_, tell_time);
            !copied) {
            return copied.error();
        }
        if (order_.until > 0) {
            const auto checked =
                check_copy(from_, to_, *seen_.crdt, order_, seen_.replica->digest());
            if (!checked) {
                return checked.error();
            }
        }
        if (const auto added = seen_.is_whole() ? Result<void>() : append_rest(); !added) {
            return added.error();
        }
        tell_left_versions();
        if (const auto shown = show_content(text_root); !shown) {
            return shown.error();
        }
        return fmt::format("{}", fmt::join(left_, "; "));
    }

private:
    /// One update with all that could be read behind the damage.
    Result<void> append_rest() {
        const auto rest = salvage(from_, seen_);
        if (!rest) {
            return rest.error();
        }
        left_.push_back(fmt::format("the history behind seq {} as single updates", order_.until));
        if (rest->seqs_lost > 0) {
            left_.push_back(fmt::format("{} updates that cannot be read, or build on one that "
                                        "cannot",
                                        rest->seqs_lost));
        }
        if (rest->replica->digest() == seen_.replica->digest()) {
            return {};
        }
        Bytes known;
        seen_.replica->state_vector(known);
        Bytes update;
        if (const auto made = rest->replica->diff(known, update); !made) {
            return made;
        }
        AppendRequest request;
        request.document = order_.head.document;
        request.algorithm = order_.head.algorithm;
        request.epoch = order_.head.epoch;
        request.expect_seq = order_.until;
        request.rows.push_back({order_.head.mark, Buffer(std::move(update))});
        const auto appended = to_.append(std::move(request));
        return appended ? Result<void>() : appended.error();
    }

    void tell_left_versions() {
        std::vector<std::uint64_t> numbers;
        if (const auto stored = from_.versions(order_.head.document)) {
            for (const Version& version : *stored) {
                if (std::ranges::find(order_.versions, version.number, &Version::number) ==
                    order_.versions.end()) {
                    numbers.push_back(version.number);
                }
            }
        } else {
            left_.push_back("its versions, which cannot be read");
        }
        if (!numbers.empty()) {
            left_.push_back(fmt::format("version{} {}", numbers.size() == 1 ? "" : "s",
                                        fmt::join(numbers, ", ")));
        }
    }

    Result<void> show_content(std::string_view text_root) {
        const auto head = to_.head(order_.head.document);
        if (!head) {
            return head.error();
        }
        if (!head->exists) {
            return Error{Code::missing, "nothing of it can be read", 0};
        }
        auto made = examine(to_, DocumentStat{*head},
                            [this](const std::string&) { return Result<const Crdt*>(seen_.crdt); });
        if (!made) {
            return made.error();
        }
        if (!made->is_sound()) {
            return Error{Code::corrupt,
                         fmt::format("{} is not sound in the new store either: {}",
                                     order_.head.document, made->findings.front()),
                         0};
        }
        return to_.write_content({order_.head.document, head->epoch, head->seq,
                                  readable_content(*made->replica, text_root)});
    }

    OfflineStore& from_;
    OfflineStore& to_;
    const Examination& seen_;
    const CopyOrder order_;
    std::vector<std::string> left_;
};

}  // namespace

Result<std::string> repair_document(OfflineStore& from, OfflineStore& to, const Examination& seen,
                                    std::string_view text_root, const TellTime& tell_time) {
    return Repair(from, to, seen).run(text_root, tell_time);
}

}  // namespace weft
