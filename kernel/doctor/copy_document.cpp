#include "kernel/doctor/copy_document.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace weft {

namespace {

constexpr std::uint64_t copied_bytes_at_once = 4u << 20;
constexpr std::size_t rows_at_once = 1000;
constexpr std::uint64_t row_bytes_at_once = 1u << 20;

Error stands_otherwise(const std::string& document, std::string_view how) {
    return {Code::conflict,
            fmt::format("{} stands in the new store already, and is another: {}. Give a store "
                        "that is new, or that an earlier copy of the same store has begun",
                        document, how),
            0};
}

class DocumentCopy {
public:
    DocumentCopy(OfflineStore& from, OfflineStore& to, const Crdt& crdt, const CopyOrder& order,
                 const TellTime& tell_time)
        : from_(from), to_(to), order_(order), tell_time_(tell_time) {
        const auto nothing = crdt.create_replica({});
        Bytes update;
        static_cast<void>(nothing->diff({}, update));
        says_nothing_ = Buffer(std::move(update));
        Bytes state_vector;
        nothing->state_vector(state_vector);
        knows_nothing_ = Buffer(std::move(state_vector));
    }

    Result<void> run() {
        for (const auto step :
             {&DocumentCopy::reach_epoch, &DocumentCopy::find_position, &DocumentCopy::copy_parts,
              &DocumentCopy::make_last_versions, &DocumentCopy::let_placeholders_go}) {
            if (auto done = (this->*step)(); !done) {
                return done;
            }
        }
        return {};
    }

private:
    const std::string& name() const { return order_.head.document; }

    // ---- epochs ----

    /// Each epoch before the present one had a document, which was deleted.
    Result<void> reach_epoch() {
        for (;;) {
            auto head = to_.head(name());
            if (!head) {
                return head.error();
            }
            standing_ = std::move(*head);
            const std::uint64_t epoch = std::max<std::uint64_t>(standing_.epoch, 1);
            if (epoch == order_.head.epoch) {
                return {};
            }
            if (epoch > order_.head.epoch) {
                return stands_otherwise(name(), "it was deleted there");
            }
            const auto done = standing_.exists ? end_epoch(epoch) : begin_epoch(epoch);
            if (!done) {
                return done;
            }
        }
    }

    Result<void> begin_epoch(std::uint64_t epoch) {
        const Tombstone* const tombstone = tombstone_of(epoch);
        AppendRequest request = empty_request(epoch);
        request.algorithm = tombstone == nullptr ? order_.head.algorithm : tombstone->algorithm;
        request.expect_seq = 0;
        request.rows.push_back({order_.head.mark, says_nothing_});
        const auto appended = to_.append(std::move(request));
        return appended ? Result<void>() : appended.error();
    }

    Result<void> end_epoch(std::uint64_t epoch) {
        if (standing_.seq != 1 || standing_.mark != order_.head.mark) {
            return stands_otherwise(name(), fmt::format("it is in epoch {}", epoch));
        }
        const Tombstone* const tombstone = tombstone_of(epoch);
        tell_time_(tombstone == nullptr ? 0 : tombstone->unix_ms);
        const auto deleted = to_.delete_document(
            {name(), epoch, 1, tombstone == nullptr ? knows_nothing_ : tombstone->state_vector});
        return deleted ? Result<void>() : deleted.error();
    }

    /// None: it was forgotten.
    const Tombstone* tombstone_of(std::uint64_t epoch) const {
        const auto found = std::ranges::find(order_.tombstones, epoch, &Tombstone::epoch);
        return found == order_.tombstones.end() ? nullptr : &*found;
    }

    // ---- where an earlier copy has ended ----

    Result<void> find_position() {
        if (standing_.seq == 0) {
            return {};
        }
        if (standing_.algorithm != order_.head.algorithm) {
            return stands_otherwise(name(), "it is of the algorithm " + standing_.algorithm);
        }
        if (standing_.seq > order_.until || standing_.version > order_.head.version) {
            return stands_otherwise(name(), fmt::format("it is at seq {} and version {}",
                                                        standing_.seq, standing_.version));
        }
        const auto newest = part_behind(standing_.seq - 1);
        if (!newest) {
            return newest.error();
        }
        if (newest->mark != standing_.mark) {
            return stands_otherwise(name(),
                                    fmt::format("the update at seq {} differs", standing_.seq));
        }
        if (standing_.covered == order_.until) {
            return {};
        }
        const auto next = part_behind(standing_.covered);
        if (!next) {
            return next.error();
        }
        return next->seqs.first == standing_.covered + 1
                   ? Result<void>()
                   : stands_otherwise(name(), "what was copied has been compacted since");
    }

    Result<StoredPart> part_behind(std::uint64_t seq) {
        auto parts = from_.read({name(), seq, 1, seq + 1, order_.head.epoch});
        if (!parts) {
            return parts.error();
        }
        if (parts->empty()) {
            return Error{Code::missing,
                         fmt::format("{}: nothing is stored behind seq {}", name(), seq), 0};
        }
        return std::move(parts->front());
    }

    // ---- parts ----

    Result<void> copy_parts() {
        std::uint64_t position = standing_.covered;
        if (const auto made = make_versions_at(position); !made) {
            return made;
        }
        while (position < order_.until) {
            ReadRequest request{name(), position, copied_bytes_at_once, order_.until,
                                order_.head.epoch};
            request.with_authors = true;
            auto parts = from_.read(std::move(request));
            if (!parts) {
                return parts.error();
            }
            if (parts->empty()) {
                return Error{Code::missing,
                             fmt::format("{}: nothing is stored behind seq {}", name(), position),
                             0};
            }
            for (StoredPart& part : *parts) {
                position = part.seqs.last;
                if (const auto copied = copy(part); !copied) {
                    return copied;
                }
            }
        }
        return append_gathered();
    }

    Result<void> copy(StoredPart& part) {
        const bool is_segment = part.kind == StoredPart::Kind::segment;
        if (const auto gathered = gather_rows(part); !gathered) {
            return gathered;
        }
        if (is_segment || has_version_at(part.seqs.last)) {
            if (const auto appended = append_gathered(); !appended) {
                return appended;
            }
        }
        if (is_segment) {
            if (const auto compacted = compact(part); !compacted) {
                return compacted;
            }
        }
        return has_version_at(part.seqs.last) ? make_versions_at(part.seqs.last) : Result<void>();
    }

    /// All rows of a segment but its last say nothing, and carry its mark.
    Result<void> gather_rows(StoredPart& part) {
        const std::uint64_t there = gathered_until();
        if (there >= part.seqs.last) {
            return {};
        }
        std::vector<AuthoredRun> authored = part.authored;
        if (there >= part.seqs.first) {
            static_cast<void>(take_rows(authored, there - part.seqs.first + 1));
        }
        for (std::uint64_t seq = std::max(there + 1, part.seqs.first); seq <= part.seqs.last;
             ++seq) {
            const Buffer& bytes = seq == part.seqs.last ? part.bytes : says_nothing_;
            gathered_.push_back({part.mark, bytes});
            gathered_bytes_ += bytes.size();
            for (AuthoredRun& run : take_rows(authored, 1)) {
                gather_author(std::move(run));
            }
            if (gathered_.size() >= rows_at_once || gathered_bytes_ >= row_bytes_at_once) {
                if (const auto appended = append_gathered(); !appended) {
                    return appended;
                }
            }
        }
        return {};
    }

    /// What was one run here is one there, so that times stay as exact as they are.
    void gather_author(AuthoredRun run) {
        const bool goes_on = !gathered_authors_.empty() &&
                             gathered_authors_.back().author == run.author &&
                             gathered_authors_.back().first_unix_ms == run.first_unix_ms &&
                             gathered_authors_.back().last_unix_ms == run.last_unix_ms;
        if (goes_on) {
            gathered_authors_.back().rows += run.rows;
        } else {
            gathered_authors_.push_back(std::move(run));
        }
    }

    std::uint64_t gathered_until() const { return standing_.seq + gathered_.size(); }

    Result<void> append_gathered() {
        if (gathered_.empty()) {
            return {};
        }
        AppendRequest request = empty_request(order_.head.epoch);
        request.expect_seq = standing_.seq;
        request.rows = std::exchange(gathered_, {});
        request.authored = std::exchange(gathered_authors_, {});
        gathered_bytes_ = 0;
        tell_time_(request.authored.empty() ? 0 : request.authored.back().last_unix_ms);
        const auto appended = to_.append(std::move(request));
        if (!appended) {
            return appended.error();
        }
        standing_.seq = appended->seqs.last;
        return {};
    }

    Result<void> compact(const StoredPart& segment) {
        if (standing_.covered >= segment.seqs.last) {
            return {};
        }
        CompactRequest request;
        request.document = name();
        request.epoch = order_.head.epoch;
        request.expect_covered = segment.seqs.first - 1;
        request.through_mark = segment.mark;
        request.segments.push_back({segment.seqs.last, segment.bytes});
        if (std::ranges::find(order_.keyframes, segment.seqs.last) != order_.keyframes.end()) {
            const auto loaded = from_.load({name(), segment.seqs.last});
            if (!loaded) {
                return loaded.error();
            }
            request.keyframe = loaded->parts.front().bytes;
        }
        const auto compacted = to_.compact(std::move(request));
        if (compacted) {
            standing_.covered = segment.seqs.last;
        }
        return compacted;
    }

    // ---- versions ----

    bool has_version_at(std::uint64_t seq) const {
        return std::ranges::binary_search(order_.versions, seq, {}, &Version::seq);
    }

    Result<void> make_versions_at(std::uint64_t seq) {
        auto version = std::ranges::lower_bound(order_.versions, seq, {}, &Version::seq);
        for (; version != order_.versions.end() && version->seq == seq; ++version) {
            if (version->number <= standing_.version) {
                continue;
            }
            if (standing_.seq != seq) {
                return stands_otherwise(name(),
                                        fmt::format("version {} is missing", version->number));
            }
            if (const auto made = make_version(*version); !made) {
                return made;
            }
        }
        return {};
    }

    Result<void> make_version(const Version& version) {
        NewVersion made{NewVersion::At::after_the_rows,
                        version.kind,
                        version.mark,
                        version.label,
                        version.author,
                        {}};
        if (version.has_content) {
            auto content = from_.version(name(), version.number);
            if (!content) {
                return content.error();
            }
            made.content = std::move(content->content);
        }
        AppendRequest request = empty_request(order_.head.epoch);
        add_placeholders(request, version.number);
        request.versions.push_back(std::move(made));
        tell_time_(version.unix_ms);
        return append_versions(std::move(request));
    }

    /// Numbers that were thinned out are counted on, and stand for a moment where the next one stands.
    void add_placeholders(AppendRequest& request, std::uint64_t before) const {
        for (std::uint64_t number = standing_.version + 1; number < before; ++number) {
            request.versions.emplace_back().kind = VersionKind::automatic;
        }
    }

    Result<void> append_versions(AppendRequest request) {
        request.expect_seq = standing_.seq;
        request.expect_version = standing_.version;
        const auto appended = to_.append(std::move(request));
        if (!appended) {
            return appended.error();
        }
        standing_.version = appended->version;
        return {};
    }

    Result<void> make_last_versions() {
        AppendRequest request = empty_request(order_.head.epoch);
        add_placeholders(request, order_.head.version + 1);
        return request.versions.empty() ? Result<void>() : append_versions(std::move(request));
    }

    Result<void> let_placeholders_go() {
        if (standing_.version == 0) {
            return {};
        }
        const auto versions = to_.versions(name());
        if (!versions) {
            return versions.error();
        }
        ThinRequest request;
        request.document = name();
        request.epoch = order_.head.epoch;
        for (const Version& version : *versions) {
            if (!std::ranges::binary_search(order_.versions, version.number, {},
                                            &Version::number)) {
                request.versions_gone.push_back(version.number);
            }
        }
        return request.versions_gone.empty() ? Result<void>() : to_.thin(std::move(request));
    }

    AppendRequest empty_request(std::uint64_t epoch) const {
        AppendRequest request;
        request.document = name();
        request.algorithm = order_.head.algorithm;
        request.epoch = epoch;
        return request;
    }

    OfflineStore& from_;
    OfflineStore& to_;
    const CopyOrder& order_;
    const TellTime& tell_time_;
    Buffer says_nothing_;
    Buffer knows_nothing_;

    Head standing_;  // of the new store
    std::vector<Row> gathered_;
    std::vector<AuthoredRun> gathered_authors_;
    std::uint64_t gathered_bytes_ = 0;
};

}  // namespace

Result<CopyOrder> order_of(OfflineStore& from, const std::string& document) {
    auto loaded = from.load({document, {}, 1});
    if (!loaded) {
        return loaded.error();
    }
    auto versions = from.versions(document);
    if (!versions) {
        return versions.error();
    }
    CopyOrder order;
    order.head = std::move(loaded->head);
    order.until = order.head.seq;
    order.versions = std::move(*versions);
    order.tombstones = std::move(loaded->tombstones);
    for (std::uint64_t below = order.head.covered; below > 0;) {
        loaded = from.load({document, below, 1});
        if (!loaded) {
            return loaded.error();
        }
        const bool found = loaded->parts.front().kind == StoredPart::Kind::keyframe;
        if (found) {
            order.keyframes.push_back(loaded->parts.front().seqs.last);
        }
        below = found ? order.keyframes.back() - 1 : 0;
    }
    return order;
}

Result<void> copy_document(OfflineStore& from, OfflineStore& to, const Crdt& crdt,
                           const CopyOrder& order, const TellTime& tell_time) {
    return DocumentCopy(from, to, crdt, order, tell_time).run();
}

}  // namespace weft
