#include "kernel/doctor/copy_check.hpp"

#include "kernel/history/past.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

namespace weft {

namespace {

constexpr std::uint64_t compared_bytes_at_once = 4u << 20;

/// Parts of one store, one after the other.
class PartsInOrder {
public:
    PartsInOrder(OfflineStore& store, const CopyOrder& order) : store_(store), order_(order) {}

    Result<const StoredPart*> next() {
        if (next_ == parts_.size()) {
            ReadRequest request{order_.head.document, position_, compared_bytes_at_once,
                                order_.until, order_.head.epoch};
            request.with_authors = true;
            auto parts = store_.read(std::move(request));
            if (!parts) {
                return parts.error();
            }
            if (parts->empty()) {
                return Error{Code::missing, "nothing is stored", 0};
            }
            parts_ = std::move(*parts);
            next_ = 0;
        }
        position_ = parts_[next_].seqs.last;
        return &parts_[next_++];
    }

    std::uint64_t position() const { return position_; }

private:
    OfflineStore& store_;
    const CopyOrder& order_;
    std::vector<StoredPart> parts_;
    std::size_t next_ = 0;
    std::uint64_t position_ = 0;
};

/// By row, since a long run may have been cut.
bool same_authors(const std::vector<AuthoredRun>& a, const std::vector<AuthoredRun>& b) {
    const auto by_author = [](const std::vector<AuthoredRun>& runs) {
        std::vector<std::pair<std::string, std::uint64_t>> rows;
        for (const AuthoredRun& run : runs) {
            if (rows.empty() || rows.back().first != run.author) {
                rows.emplace_back(run.author, 0);
            }
            rows.back().second += run.rows;
        }
        return rows;
    };
    return by_author(a) == by_author(b);
}

bool same_part(const StoredPart& a, const StoredPart& b) {
    return a.kind == b.kind && a.seqs.first == b.seqs.first && a.seqs.last == b.seqs.last &&
           a.mark == b.mark && equal_bytes(a.bytes.view(), b.bytes.view()) &&
           same_authors(a.authored, b.authored);
}

bool same_version(const Version& a, const Version& b) {
    return a.number == b.number && a.seq == b.seq && a.mark == b.mark && a.kind == b.kind &&
           a.label == b.label && a.author == b.author && a.has_content == b.has_content &&
           a.content_bytes == b.content_bytes;
}

class CopyChecker {
public:
    CopyChecker(OfflineStore& from, OfflineStore& to, const Crdt& crdt, const CopyOrder& order)
        : from_(from), to_(to), crdt_(crdt), order_(order) {}

    Result<CopyCheck> run(const Digest& expected) {
        for (const auto step :
             {&CopyChecker::check_head, &CopyChecker::check_parts, &CopyChecker::check_versions}) {
            if (const auto done = (this->*step)(); !done) {
                return done.error();
            }
        }
        auto loaded = to_.load({order_.head.document});
        auto replica = loaded ? replay(crdt_, loaded->parts) : loaded.error();
        if (!replica) {
            return replica.error();
        }
        if ((*replica)->digest() != expected) {
            return differs("its digest differs");
        }
        return CopyCheck{std::move(*replica), new_times_};
    }

private:
    Error differs(std::string_view how) const {
        return {Code::corrupt,
                fmt::format("the copy of {} is another document: {}", order_.head.document, how),
                0};
    }

    Result<void> check_head() {
        const auto head = to_.head(order_.head.document);
        if (!head) {
            return head.error();
        }
        const bool agrees = head->epoch == order_.head.epoch && head->seq == order_.until &&
                            head->version == order_.head.version &&
                            head->covered == std::min(order_.head.covered, order_.until) &&
                            head->algorithm == order_.head.algorithm;
        return agrees ? Result<void>() : differs("its head differs");
    }

    Result<void> check_parts() {
        PartsInOrder here(from_, order_);
        PartsInOrder there(to_, order_);
        while (here.position() < order_.until) {
            const auto part = here.next();
            if (!part) {
                return part.error();
            }
            const auto copied = there.next();
            if (!copied) {
                return copied.error();
            }
            if (!same_part(**part, **copied)) {
                return differs(fmt::format("what ends at seq {} differs", here.position()));
            }
        }
        return {};
    }

    Result<void> check_versions() {
        const auto versions = to_.versions(order_.head.document);
        if (!versions) {
            return versions.error();
        }
        if (!std::ranges::equal(*versions, order_.versions, same_version)) {
            return differs("its versions differ");
        }
        for (std::size_t i = 0; i < versions->size(); ++i) {
            new_times_ += (*versions)[i].unix_ms != order_.versions[i].unix_ms ? 1 : 0;
        }
        return {};
    }

    OfflineStore& from_;
    OfflineStore& to_;
    const Crdt& crdt_;
    const CopyOrder& order_;
    std::uint64_t new_times_ = 0;
};

}  // namespace

Result<CopyCheck> check_copy(OfflineStore& from, OfflineStore& to, const Crdt& crdt,
                             const CopyOrder& order, const Digest& expected) {
    return CopyChecker(from, to, crdt, order).run(expected);
}

}  // namespace weft
