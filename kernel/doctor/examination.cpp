#include "kernel/doctor/examination.hpp"

#include "kernel/document/store_health.hpp"
#include "kernel/history/past.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace weft {

namespace {

constexpr std::uint64_t read_bytes_max = 8u << 20;
constexpr int looks_max = 3;  // at a document that is written meanwhile

std::string name_of_part(const StoredPart& part) {
    if (part.kind == StoredPart::Kind::row) {
        return fmt::format("the update at seq {}", part.seqs.last);
    }
    return fmt::format("the segment of seqs {} to {}", part.seqs.first, part.seqs.last);
}

class Examiner {
public:
    Examiner(OfflineStore& store, DocumentStat stat, const FindAlgorithm& algorithms)
        : store_(store) {
        seen_.stat = std::move(stat);
        const auto crdt = algorithms(head().algorithm);
        if (crdt) {
            seen_.crdt = *crdt;
            seen_.replica = seen_.crdt->create_replica({});
        } else {
            find(fmt::format("its algorithm {} is not loaded ({})", head().algorithm,
                             crdt.error().message));
        }
    }

    Result<Examination> run() {
        for (const auto step : {&Examiner::check_head, &Examiner::find_keyframes,
                                &Examiner::find_versions, &Examiner::replay_history,
                                &Examiner::check_other_keyframes, &Examiner::load_present}) {
            if (const auto done = (this->*step)(); !done) {
                return done.error();
            }
        }
        return std::move(seen_);
    }

private:
    const Head& head() const { return seen_.stat.head; }

    void find(std::string what) {
        if (std::ranges::find(seen_.findings, what) == seen_.findings.end()) {
            seen_.findings.push_back(std::move(what));
        }
    }

    /// What the store says about the document is a finding; that it has gone away is the end.
    Result<void> find(const Error& error) {
        if (is_temporary(error.code) || error.code == Code::cancelled) {
            return error;
        }
        std::string_view what = error.message;
        if (what.starts_with(head().document + ": ")) {
            what.remove_prefix(head().document.size() + 2);
        }
        find(std::string(what));
        return {};
    }

    Result<void> check_head() {
        if (head().covered > head().seq) {
            find(fmt::format("seqs up to {} are said to be compacted, and the newest is {}",
                             head().covered, head().seq));
        }
        return {};
    }

    /// From the newest back. Past one that cannot be read the rest are met while the history is replayed.
    Result<void> find_keyframes() {
        for (std::uint64_t below = std::min(head().covered, head().seq); below > 0;) {
            const auto found = keyframe_at_or_before(below);
            if (!found) {
                keyframes_hidden_ = true;
                return find(found.error());
            }
            if (*found == 0) {
                break;
            }
            keyframes_.push_back(*found);
            below = *found - 1;
        }
        return {};
    }

    /// 0: there is none.
    Result<std::uint64_t> keyframe_at_or_before(std::uint64_t seq) {
        const auto loaded = store_.load({head().document, seq, 1});
        if (!loaded) {
            return loaded.error();
        }
        const bool found =
            !loaded->parts.empty() && loaded->parts.front().kind == StoredPart::Kind::keyframe;
        return found ? loaded->parts.front().seqs.last : 0;
    }

    Result<void> find_versions() {
        auto versions = store_.versions(head().document);
        if (!versions) {
            return find(versions.error());
        }
        std::uint64_t number = 0;
        std::uint64_t seq = 1;
        for (Version& version : *versions) {
            if (version.number <= number || version.number > head().version) {
                find(fmt::format("version {} is not between {} and the newest, {}", version.number,
                                 number + 1, head().version));
            } else if (version.seq < seq || version.seq > head().seq) {
                find(fmt::format("version {} points at seq {}, which is not between {} and {}",
                                 version.number, version.seq, seq, head().seq));
            } else {
                number = version.number;
                seq = version.seq;
                seen_.versions.push_back(std::move(version));
            }
        }
        return {};
    }

    Result<void> replay_history() {
        while (seen_.sound_until < head().seq) {
            const auto parts = parts_behind(seen_.sound_until);
            if (!parts) {
                return find(parts.error());
            }
            if (parts->empty()) {
                find(fmt::format("nothing is stored behind seq {}, and the newest is {}",
                                 seen_.sound_until, head().seq));
                return {};
            }
            for (const StoredPart& part : *parts) {
                if (!is_as_it_should_be(part)) {
                    return {};
                }
                if (const auto done = take(part); !done) {
                    return done;
                }
            }
        }
        return {};
    }

    /// Segments by themselves, so that a damaged tail is not in their way; and where many cannot be read at once, the next one.
    Result<std::vector<StoredPart>> parts_behind(std::uint64_t position) {
        ReadRequest request{head().document, position, read_bytes_max, head().seq};
        if (position < head().covered) {
            request.until_seq = head().covered;
        }
        request.with_authors = true;
        auto parts = store_.read(request);
        if (!parts) {
            request.max_bytes = 1;
            request.until_seq = position + 1;
            parts = store_.read(request);
        }
        return parts;
    }

    bool is_as_it_should_be(const StoredPart& part) {
        const bool is_row = part.kind == StoredPart::Kind::row;
        if (part.seqs.first != seen_.sound_until + 1 || part.seqs.last < part.seqs.first) {
            find(fmt::format("{} does not follow seq {}", name_of_part(part), seen_.sound_until));
        } else if (is_row ? part.seqs.last <= head().covered : part.seqs.last > head().covered) {
            find(fmt::format("{} stands where seqs up to {} are compacted", name_of_part(part),
                             head().covered));
        } else if (part.seqs.last >= head().seq && part.mark != head().mark) {
            find(fmt::format("{} is another than the newest was", name_of_part(part)));
        } else {
            return seen_.replica == nullptr || replays(part);
        }
        return false;
    }

    bool replays(const StoredPart& part) {
        const BytesView update = part.bytes.view();
        Applied applied;
        seen_.replica->apply({&update, 1}, {&applied, 1});
        if (applied.code != Code::ok) {
            const auto checked = seen_.crdt->check(update);
            find(fmt::format("{} is no update of {}{}", name_of_part(part), head().algorithm,
                             checked ? "" : " (" + checked.error().message + ")"));
        } else if (applied.parked) {
            find(fmt::format("{} builds on something that is not stored before it",
                             name_of_part(part)));
        } else {
            return true;
        }
        return false;
    }

    Result<void> take(const StoredPart& part) {
        seen_.sound_until = part.seqs.last;
        Examination::Sizes& sizes =
            part.kind == StoredPart::Kind::row ? seen_.row_sizes : seen_.segment_sizes;
        ++sizes.count;
        sizes.bytes += part.bytes.size();
        check_versions_inside(part.seqs);
        return check_keyframes_in(part.seqs);
    }

    void check_versions_inside(SeqRange seqs) {
        std::erase_if(seen_.versions, [&](const Version& version) {
            const bool is_inside = version.seq >= seqs.first && version.seq < seqs.last;
            if (is_inside) {
                find(fmt::format("version {} points at seq {}, inside the segment of seqs {} to {}",
                                 version.number, version.seq, seqs.first, seqs.last));
            }
            return is_inside;
        });
    }

    Result<void> check_keyframes_in(SeqRange seqs) {
        if (keyframes_hidden_ && std::ranges::find(keyframes_, seqs.last) == keyframes_.end()) {
            const auto hidden = keyframe_at_or_before(seqs.last);
            if (hidden && *hidden == seqs.last) {
                keyframes_.push_back(seqs.last);
            }
        }
        return check_keyframes(seqs);
    }

    Result<void> check_keyframes(SeqRange seqs) {
        for (const std::uint64_t seq : keyframes_) {
            if (seq < seqs.first || seq > seqs.last) {
                continue;
            }
            if (const auto done = check_keyframe(seq, seq == seen_.sound_until); !done) {
                return done;
            }
        }
        return {};
    }

    /// Those to which the history could not be followed.
    Result<void> check_other_keyframes() {
        const auto done = check_keyframes({seen_.sound_until + 1, head().seq});
        std::ranges::sort(seen_.keyframes);
        return done;
    }

    /// One inside a merged segment has nothing to be compared with there.
    Result<void> check_keyframe(std::uint64_t seq, bool comparable) {
        auto loaded = store_.load({head().document, seq});
        if (!loaded) {
            return find(loaded.error());
        }
        loaded->parts.resize(std::min<std::size_t>(loaded->parts.size(), 1));
        ++seen_.keyframe_sizes.count;
        for (const StoredPart& part : loaded->parts) {
            seen_.keyframe_sizes.bytes += part.bytes.size();
        }
        if (seen_.crdt == nullptr) {
            return {};
        }
        const auto replica = replay(*seen_.crdt, loaded->parts);
        if (!replica) {
            find(fmt::format("the keyframe at seq {} is no state of {} ({})", seq, head().algorithm,
                             replica.error().message));
        } else if (comparable && (*replica)->digest() != seen_.replica->digest()) {
            find(fmt::format("the keyframe at seq {} is another document than the history up to it",
                             seq));
        } else {
            seen_.keyframes.push_back(seq);
        }
        return {};
    }

    /// As a server does it: the newest keyframe and what follows.
    Result<void> load_present() {
        const auto loaded = store_.load({head().document, head().seq});
        if (!loaded) {
            return find(loaded.error());
        }
        if (seen_.crdt == nullptr) {
            return {};
        }
        const bool is_the_history =
            seen_.is_whole() && loaded->parts.front().kind != StoredPart::Kind::keyframe;
        if (is_the_history) {
            seen_.present_loads = true;
            return {};
        }
        const auto replica = replay(*seen_.crdt, loaded->parts);
        if (!replica) {
            find(fmt::format("it does not load ({})", replica.error().message));
            return {};
        }
        seen_.present_loads = true;
        if (seen_.is_whole() && (*replica)->digest() != seen_.replica->digest()) {
            find("what a server loads is another document than the whole history");
        }
        return {};
    }

    OfflineStore& store_;
    Examination seen_;
    std::vector<std::uint64_t> keyframes_;
    bool keyframes_hidden_ = false;  // behind one that cannot be read
};

bool stands_equal(const Head& a, const Head& b) {
    return a.exists == b.exists && a.epoch == b.epoch && a.seq == b.seq && a.mark == b.mark &&
           a.covered == b.covered && a.version == b.version;
}

}  // namespace

Result<Examination> examine(OfflineStore& store, DocumentStat stat,
                            const FindAlgorithm& algorithms) {
    for (int look = 1;; ++look) {
        auto seen = Examiner(store, stat, algorithms).run();
        if (!seen || seen->is_sound() || look == looks_max) {
            return seen;
        }
        auto now = store.stat(stat.head.document);
        if (!now || stands_equal(now->head, stat.head)) {
            return seen;
        }
        stat = std::move(*now);
    }
}

}  // namespace weft
