// Random histories against a model that keeps every row. Included by storage_history_suite.hpp.
#pragma once

#include "history_fixture.hpp"

#include <map>
#include <random>
#include <set>

namespace weft::conformance {

/// One document as the model has it: all that was ever written, and where the parts should end.
struct ModelDocument {
    std::uint64_t epoch = 1;
    std::vector<std::string> rows;
    std::vector<std::uint64_t> marks;
    std::vector<std::string> authors;
    std::vector<std::uint64_t> ends;                  // of the segments
    std::set<std::uint64_t> keyframes;                // their seqs
    std::map<std::uint64_t, std::uint64_t> versions;  // number, seq
    std::uint64_t version = 0;
    std::size_t tombstones = 0;

    std::uint64_t head() const { return rows.size(); }
    std::uint64_t covered() const { return ends.empty() ? 0 : ends.back(); }
    std::string text(std::uint64_t first, std::uint64_t last) const {
        std::string text;
        for (std::uint64_t seq = first; seq <= last; ++seq) {
            text += rows[seq - 1];
        }
        return text;
    }
    bool has_version_at(std::uint64_t seq) const {
        return std::any_of(versions.begin(), versions.end(),
                           [&](const auto& kept) { return kept.second == seq; });
    }
};

class StorageHistoryModel : public StorageHistory {
protected:
    using Random = std::mt19937_64;

    std::uint64_t below(std::uint64_t end) { return end == 0 ? 0 : random_() % end; }
    bool one_in(std::uint64_t n) { return below(n) == 0; }

    void run(std::uint64_t seed, int steps) {
        random_.seed(seed);
        documents_.clear();
        prefix_ = std::to_string(seed) + "/";
        for (int step = 0; step < steps && !testing::Test::HasFailure(); ++step) {
            const std::string name = prefix_ + std::to_string(below(3));
            SCOPED_TRACE("seed " + std::to_string(seed) + ", step " + std::to_string(step) + ", " +
                         name);
            ModelDocument& model = documents_[name];
            act(name, model);
            check_present(name, model);
            check_past(name, model);
        }
        for (const auto& [name, model] : documents_) {
            SCOPED_TRACE("seed " + std::to_string(seed) + ", at the end, " + name);
            check_every_version(name, model);
        }
    }

private:
    void act(const std::string& name, ModelDocument& model) {
        switch (below(12)) {
        case 0:
        case 1:
        case 2:
        case 3:
        case 4: return append_some(name, model);
        case 5: return make_version(name, model);
        case 6:
        case 7: return compact_some(name, model);
        case 8: return compact_wrongly(name, model);
        case 9: return thin_some(name, model);
        case 10: return drop_versions(name, model);
        default: return one_in(6) ? delete_it(name, model) : lose_an_append(name, model);
        }
    }

    AppendRequest request_in(const std::string& name, const ModelDocument& model,
                             std::uint64_t row_count) {
        std::vector<std::string> updates;
        for (std::uint64_t i = 0; i < row_count; ++i) {
            updates.push_back(std::to_string(model.head() + i + 1) +
                              std::string(below(40), static_cast<char>('a' + below(26))) + ";");
        }
        AppendRequest request = request_of(name, updates);
        request.epoch = model.epoch;
        return request;
    }

    void remember(const AppendRequest& request, ModelDocument& model) {
        for (const NewVersion& version : request.versions) {
            const bool before = version.at == NewVersion::At::before_the_rows;
            model.versions[++model.version] = model.head() + (before ? 0 : request.rows.size());
        }
        for (const Row& row : request.rows) {
            model.rows.emplace_back(as_text(row.update.view()));
            model.marks.push_back(row.mark);
        }
        for (const AuthoredRun& run : request.authored) {
            model.authors.insert(model.authors.end(), run.rows, run.author);
        }
        model.authors.resize(model.rows.size());
    }

    void append_some(const std::string& name, ModelDocument& model) {
        AppendRequest request = request_in(name, model, 1 + below(6));
        if (one_in(2)) {
            request.authored = {{request.rows.size(), 1'000, 1'000, one_in(2) ? "ada" : "grace"}};
        }
        if (model.head() > 0 && one_in(4)) {
            request.versions.push_back(version_of("before", NewVersion::At::before_the_rows));
        }
        if (one_in(4)) {
            request.versions.push_back(version_of("after"));
        }
        if (one_in(3)) {
            request.expect_seq = model.head();
            request.expect_version = model.version;
        }
        expect_taken(std::move(request), model);
    }

    void make_version(const std::string& name, ModelDocument& model) {
        AppendRequest request = request_in(name, model, 0);
        request.versions.push_back(version_of("v"));
        if (model.head() == 0) {
            EXPECT_EQ(code_of(append(std::move(request))), Code::not_found);
            return;
        }
        expect_taken(std::move(request), model);
    }

    void expect_taken(AppendRequest request, ModelDocument& model) {
        const AppendRequest sent = request;
        const auto appended = append(std::move(request));
        ASSERT_TRUE(appended) << appended.error().message;
        EXPECT_EQ(appended->seqs.first, model.head() + 1);
        remember(sent, model);
        EXPECT_EQ(appended->seqs.last, model.head());
        EXPECT_EQ(appended->version, model.version);
    }

    void lose_an_append(const std::string& name, ModelDocument& model) {
        AppendRequest request = request_in(name, model, 1);
        switch (below(3)) {
        case 0: request.expect_seq = model.head() + 1; break;
        case 1: request.expect_version = model.version + 1; break;
        default: ++request.epoch; break;
        }
        EXPECT_EQ(code_of(append(std::move(request))), Code::conflict);
    }

    /// Ends behind the covered seq that a compaction may have.
    std::vector<std::uint64_t> some_ends(const ModelDocument& model) {
        std::vector<std::uint64_t> ends;
        const std::uint64_t through = model.covered() + 1 + below(model.head() - model.covered());
        for (std::uint64_t seq = model.covered() + 1; seq <= through; ++seq) {
            if (seq == through || model.has_version_at(seq) || one_in(4)) {
                ends.push_back(seq);
            }
        }
        return ends;
    }

    CompactRequest model_compaction(const std::string& name, const ModelDocument& model) {
        CompactRequest request{name, model.epoch, model.covered(), 0, {}, {}, {}};
        std::uint64_t first = model.covered() + 1;
        for (const std::uint64_t end : some_ends(model)) {
            request.segments.push_back({end, Buffer::copy_of(as_bytes(model.text(first, end)))});
            request.through_mark = model.marks[end - 1];
            first = end + 1;
        }
        return request;
    }

    void compact_some(const std::string& name, ModelDocument& model) {
        if (model.covered() == model.head()) {
            return;
        }
        CompactRequest request = model_compaction(name, model);
        const std::uint64_t through = request.segments.back().last_seq;
        if (one_in(3)) {
            request.keyframe = Buffer::copy_of(as_bytes(model.text(1, through)));
            model.keyframes.insert(through);
        }
        for (const NewSegment& segment : request.segments) {
            model.ends.push_back(segment.last_seq);
        }
        const Result<void> compacted = compact(std::move(request));
        EXPECT_TRUE(compacted) << compacted.error().message;
    }

    void compact_wrongly(const std::string& name, const ModelDocument& model) {
        if (model.covered() == model.head()) {
            return;
        }
        CompactRequest request = model_compaction(name, model);
        switch (below(4)) {
        case 0: ++request.through_mark; break;
        case 1: ++request.epoch; break;
        case 2: request.segments.back().last_seq = model.head() + 1; break;
        default:
            if (model.covered() == 0) {
                ++request.through_mark;
            } else {
                --request.expect_covered;
            }
        }
        EXPECT_EQ(code_of(compact(std::move(request))), Code::conflict);
    }

    SegmentMerge merge_in(const ModelDocument& model, std::size_t first, std::size_t count) {
        SegmentMerge merge;
        merge.first_seq = first == 0 ? 1 : model.ends[first - 1] + 1;
        for (std::size_t i = first; i < first + count; ++i) {
            merge.last_seqs.push_back(model.ends[i]);
        }
        merge.mark = model.marks[merge.last_seqs.back() - 1];
        merge.bytes =
            Buffer::copy_of(as_bytes(model.text(merge.first_seq, merge.last_seqs.back())));
        return merge;
    }

    void thin_some(const std::string& name, ModelDocument& model) {
        if (model.ends.size() < 2) {
            return;
        }
        ThinRequest request{name, model.epoch, {}, {}, {}};
        const std::size_t first = below(model.ends.size() - 1);
        const std::size_t count = 2 + below(model.ends.size() - first - 1);
        request.merges.push_back(merge_in(model, first, count));
        if (!model.keyframes.empty() && one_in(3)) {
            request.keyframes_gone.push_back(*model.keyframes.begin());
        }
        const auto& merge = request.merges[0];
        const bool across =
            std::any_of(model.versions.begin(), model.versions.end(), [&](const auto& version) {
                return version.second >= merge.first_seq && version.second < merge.last_seqs.back();
            });
        const auto at = model.ends.begin() + static_cast<std::ptrdiff_t>(first);
        const bool drops_keyframe = !request.keyframes_gone.empty();
        EXPECT_EQ(code_of(thin(std::move(request))), across ? Code::conflict : Code::ok);
        if (!across) {
            model.ends.erase(at, at + static_cast<std::ptrdiff_t>(count - 1));
            if (drops_keyframe) {
                model.keyframes.erase(model.keyframes.begin());
            }
        }
    }

    void drop_versions(const std::string& name, ModelDocument& model) {
        ThinRequest request{name, model.epoch, {}, {}, {}};
        for (const auto& [number, seq] : model.versions) {
            if (one_in(2)) {
                request.versions_gone.push_back(number);
            }
        }
        if (request.versions_gone.empty()) {
            return;
        }
        for (const std::uint64_t number : request.versions_gone) {
            model.versions.erase(number);
        }
        const Result<void> thinned = thin(std::move(request));
        EXPECT_TRUE(thinned) << thinned.error().message;
    }

    void delete_it(const std::string& name, ModelDocument& model) {
        if (model.head() == 0) {
            return;
        }
        const auto deleted = delete_document(name, model.epoch, "sv", model.head());
        ASSERT_TRUE(deleted) << deleted.error().message;
        EXPECT_EQ(deleted->epoch, model.epoch + 1);
        ModelDocument anew;
        anew.epoch = model.epoch + 1;
        anew.tombstones = model.tombstones + 1;
        model = std::move(anew);
    }

    static std::string shape_from(const ModelDocument& model, std::uint64_t keyframe,
                                  std::uint64_t until) {
        std::string shape = keyframe == 0 ? "" : "keyframe 1-" + std::to_string(keyframe);
        const auto add = [&](const std::string& part) {
            shape += (shape.empty() ? "" : ", ") + part;
        };
        std::uint64_t before = 0;
        for (const std::uint64_t end : model.ends) {
            if (end > keyframe && before < until && keyframe < until) {
                add("segment " + std::to_string(before + 1) + "-" + std::to_string(end));
            }
            before = end;
        }
        for (std::uint64_t seq = before + 1; seq <= until; ++seq) {
            add("row " + std::to_string(seq));
        }
        return shape;
    }

    static std::uint64_t keyframe_until(const ModelDocument& model, std::uint64_t until) {
        const auto behind = model.keyframes.upper_bound(until);
        return behind == model.keyframes.begin() ? 0 : *std::prev(behind);
    }

    void check_present(const std::string& name, const ModelDocument& model) {
        const Loaded loaded = load(name);
        EXPECT_EQ(loaded.head.exists, model.head() > 0);
        EXPECT_EQ(loaded.head.seq, model.head());
        EXPECT_EQ(loaded.head.covered, model.covered());
        EXPECT_EQ(loaded.head.version, model.version);
        EXPECT_EQ(loaded.head.mark, model.head() == 0 ? 0 : model.marks.back());
        EXPECT_EQ(loaded.tombstones.size(), model.tombstones);
        if (model.head() > 0 || model.epoch > 1) {
            EXPECT_EQ(loaded.head.epoch, model.epoch);
        }
        check_parts(loaded.parts, model, model.head());
    }

    /// A keyframe inside a merged segment makes them overlap: the texts are compared part by part.
    void check_parts(const std::vector<StoredPart>& parts, const ModelDocument& model,
                     std::uint64_t until) {
        EXPECT_EQ(shape_of(parts), shape_from(model, keyframe_until(model, until), until));
        for (const StoredPart& part : parts) {
            EXPECT_EQ(as_text(part.bytes.view()), model.text(part.seqs.first, part.seqs.last));
            EXPECT_EQ(part.mark, model.marks[part.seqs.last - 1]);
        }
    }

    void check_past(const std::string& name, const ModelDocument& model) {
        if (model.head() == 0) {
            return;
        }
        const std::uint64_t seq = 1 + below(model.head());
        const auto loaded = load_as_of(name, seq);
        ASSERT_TRUE(loaded) << loaded.error().message;
        check_parts(loaded->parts, model, seq);
        LoadRequest with_authors{name};
        with_authors.with_authors = true;
        with_authors.as_of = seq;
        const Loaded authored = wait_for_value(ask<Loaded>(
            [&](auto done) { storage().load(std::move(with_authors), std::move(done)); }));
        for (const StoredPart& part : authored.parts) {
            if (part.kind != StoredPart::Kind::keyframe) {
                EXPECT_EQ(authors_of(part), authors_in(model, part.seqs));
            }
        }
    }

    static std::string authors_of(const StoredPart& part) {
        std::string authors;
        for (const AuthoredRun& run : part.authored) {
            for (std::uint64_t row = 0; row < run.rows; ++row) {
                authors += run.author + ",";
            }
        }
        return authors;
    }
    static std::string authors_in(const ModelDocument& model, SeqRange seqs) {
        std::string authors;
        for (std::uint64_t seq = seqs.first; seq <= seqs.last; ++seq) {
            authors += model.authors[seq - 1] + ",";
        }
        return authors;
    }

    void check_every_version(const std::string& name, const ModelDocument& model) {
        if (model.head() == 0) {
            return;
        }
        const auto listed = versions({name, 0, ~std::uint64_t{0}, 10'000, false});
        ASSERT_TRUE(listed) << listed.error().message;
        ASSERT_EQ(listed->size(), model.versions.size());
        for (const Version& version : *listed) {
            ASSERT_TRUE(model.versions.contains(version.number));
            EXPECT_EQ(version.seq, model.versions.at(version.number));
            const auto loaded = load_as_of(name, version.seq);
            ASSERT_TRUE(loaded) << loaded.error().message;
            ASSERT_FALSE(loaded->parts.empty());
            EXPECT_EQ(loaded->parts.back().seqs.last, version.seq)
                << "a version shows nothing that came after it";
        }
    }

    Random random_;
    std::string prefix_;
    std::map<std::string, ModelDocument> documents_;
};

TEST_P(StorageHistoryModel, RandomHistoriesAreKeptAsAModelKeepsThem) {
    for (std::uint64_t seed = 1; seed <= 12; ++seed) {
        run(seed, 100);
    }
}

}  // namespace weft::conformance
