#include "memory_documents.hpp"

#include "memory_walk.hpp"

#include <weft/storage_rules.hpp>

#include <algorithm>
#include <utility>

namespace weft::storage {
namespace {

using namespace storage_rules;

/// Copied into one block per append: what was handed in may be a slice that keeps a large frame alive.
void copy_rows(const std::vector<Row>& rows, std::uint64_t first_seq,
               std::vector<StoredPart>& out) {
    std::size_t size = 0;
    for (const Row& row : rows) {
        size += row.update.size();
    }
    Bytes block;
    block.reserve(size);
    for (const Row& row : rows) {
        block.insert(block.end(), row.update.view().begin(), row.update.view().end());
    }
    const Buffer shared(std::move(block));
    std::size_t offset = 0;
    std::uint64_t seq = first_seq;
    for (const Row& row : rows) {
        const BytesView part = shared.view().subspan(offset, row.update.size());
        out.push_back({StoredPart::Kind::row, {seq, seq}, row.mark, shared.slice(part)});
        offset += part.size();
        ++seq;
    }
}

void add_version(MemoryDocument& document, const NewVersion& made, std::int64_t now_ms) {
    MemoryVersion kept;
    kept.version.number = ++document.version;
    kept.version.seq = document.head();
    kept.version.mark = made.mark;
    kept.version.kind = made.kind;
    kept.version.label = made.label;
    kept.version.author = made.author;
    kept.version.unix_ms = now_ms;
    kept.version.has_content = made.content.has_value();
    kept.content = made.content.value_or("");
    kept.version.content_bytes = kept.content.size();
    document.versions.push_back(std::move(kept));
}

void add_versions(MemoryDocument& document, const AppendRequest& request, NewVersion::At at,
                  std::int64_t now_ms) {
    for (const NewVersion& version : request.versions) {
        if (version.at == at) {
            add_version(document, version, now_ms);
        }
    }
}

std::uint64_t bytes_of(const std::vector<StoredPart>& parts) {
    std::uint64_t bytes = 0;
    for (const StoredPart& part : parts) {
        bytes += part.bytes.size();
    }
    return bytes;
}

DocumentStat stat_of(const Head& head, const MemoryDocument& document) {
    return {head, document.rows.size(),
            bytes_of(document.keyframes) + bytes_of(document.segments) + bytes_of(document.rows),
            document.updated_unix_ms};
}

std::optional<Error> refusal_of(const CompactRequest& request, const MemoryDocument& document) {
    if (document.covered != request.expect_covered) {
        return other_covered(request, document.covered);
    }
    const std::uint64_t through = request.segments.back().last_seq;
    if (through > document.head() ||
        document.rows[through - document.covered - 1].mark != request.through_mark) {
        return other_rows(request);
    }
    for (const MemoryVersion& kept : document.versions) {
        const std::uint64_t seq = kept.version.seq;
        if (seq > document.covered && seq < through && !ends_segment(request, seq)) {
            return version_inside(request.document, kept.version.number, seq);
        }
    }
    return std::nullopt;
}

/// The neighbours that the merge replaces, if they stand as it says.
std::vector<StoredPart>::iterator find_merged(const SegmentMerge& merge, MemoryDocument& document) {
    auto first = std::find_if(
        document.segments.begin(), document.segments.end(),
        [&](const StoredPart& segment) { return segment.seqs.first == merge.first_seq; });
    const auto left = static_cast<std::size_t>(document.segments.end() - first);
    if (left < merge.last_seqs.size()) {
        return document.segments.end();
    }
    for (std::size_t i = 0; i < merge.last_seqs.size(); ++i) {
        if (first[static_cast<std::ptrdiff_t>(i)].seqs.last != merge.last_seqs[i]) {
            return document.segments.end();
        }
    }
    const auto last = first + static_cast<std::ptrdiff_t>(merge.last_seqs.size() - 1);
    return last->mark == merge.mark ? first : document.segments.end();
}

template <class Values, class Key>
bool has_each(const std::vector<std::uint64_t>& asked, const Values& values, Key key) {
    return std::all_of(asked.begin(), asked.end(), [&](std::uint64_t wanted) {
        return std::any_of(values.begin(), values.end(),
                           [&](const auto& value) { return key(value) == wanted; });
    });
}

std::uint64_t number_of(const MemoryVersion& kept) {
    return kept.version.number;
}
std::uint64_t seq_of(const StoredPart& keyframe) {
    return keyframe.seqs.last;
}

bool holds(const std::vector<std::uint64_t>& values, std::uint64_t value) {
    return std::find(values.begin(), values.end(), value) != values.end();
}

std::optional<Error> refusal_of(const ThinRequest& request, MemoryDocument& document) {
    if (!has_each(request.versions_gone, document.versions, number_of) ||
        !has_each(request.keyframes_gone, document.keyframes, seq_of)) {
        return conflict(request.document + ": a version or keyframe is gone already");
    }
    for (const SegmentMerge& merge : request.merges) {
        if (find_merged(merge, document) == document.segments.end()) {
            return other_segments(request.document, merge);
        }
    }
    for (const MemoryVersion& kept : document.versions) {
        if (!holds(request.versions_gone, kept.version.number) &&
            merges_across(request, kept.version.seq)) {
            return version_inside(request.document, kept.version.number, kept.version.seq);
        }
    }
    return std::nullopt;
}

void merge_segments(const SegmentMerge& merge, MemoryDocument& document) {
    const auto first = find_merged(merge, document);
    const auto last = first + static_cast<std::ptrdiff_t>(merge.last_seqs.size());
    for (auto next = first + 1; next != last; ++next) {
        for (AuthoredRun& run : next->authored) {
            add_run(first->authored, std::move(run));
        }
    }
    first->seqs.last = merge.last_seqs.back();
    first->mark = merge.mark;
    first->bytes = merge.bytes;
    document.segments.erase(first + 1, last);
}

}  // namespace

std::uint64_t MemoryDocument::mark() const {
    if (!rows.empty()) {
        return rows.back().mark;
    }
    return segments.empty() ? 0 : segments.back().mark;
}

const MemoryDocument* MemoryDocuments::find(const std::string& document) const {
    const auto found = documents.find(document);
    return found == documents.end() || !found->second.exists() ? nullptr : &found->second;
}

/// For changes that name the epoch they know: a later one is a conflict, also when the document is gone.
Result<MemoryDocument*> MemoryDocuments::find_in_epoch(const std::string& document,
                                                       std::uint64_t epoch) {
    const auto found = documents.find(document);
    if (found == documents.end()) {
        return never_written(document);
    }
    if (found->second.epoch != epoch) {
        return other_epoch(document, found->second.epoch, epoch);
    }
    if (!found->second.exists()) {
        return never_written(document);
    }
    return &found->second;
}

Head MemoryDocuments::head_of(const std::string& name) const {
    Head head;
    head.document = name;
    const auto found = documents.find(name);
    if (found != documents.end()) {
        const MemoryDocument& document = found->second;
        head.exists = document.exists();
        head.algorithm = document.algorithm;
        head.epoch = document.epoch;
        head.seq = document.head();
        head.mark = document.mark();
        head.covered = document.covered;
        head.version = document.version;
        head.content_seq = document.content_seq;
    }
    return head;
}

Result<Appended> MemoryDocuments::append(const AppendRequest& request, std::int64_t now_ms) {
    if (std::optional<Error> fault = fault_of(request)) {
        return *std::move(fault);
    }
    const auto found = documents.find(request.document);
    Standing standing;
    if (found != documents.end()) {
        standing = {found->second.epoch, found->second.head(), found->second.version,
                    found->second.algorithm};
    }
    if (std::optional<Error> refused = storage_rules::refusal_of(request, standing)) {
        return *std::move(refused);
    }
    MemoryDocument& document =
        found == documents.end() ? documents[request.document] : found->second;
    document.algorithm = request.algorithm;
    add_versions(document, request, NewVersion::At::before_the_rows, now_ms);
    const std::uint64_t first = document.head() + 1;
    if (!request.rows.empty()) {
        copy_rows(request.rows, first, document.rows);
        document.updated_unix_ms = now_ms;
        if (request.authored.empty()) {
            document.authored.push_back({request.rows.size(), now_ms, now_ms, ""});
        }
        document.authored.insert(document.authored.end(), request.authored.begin(),
                                 request.authored.end());
    }
    add_versions(document, request, NewVersion::At::after_the_rows, now_ms);
    return Appended{{first, document.head()}, document.version};
}

Result<Loaded> MemoryDocuments::load(const LoadRequest& request) const {
    Loaded loaded;
    loaded.head = head_of(request.document);
    if (request.as_of && *request.as_of > loaded.head.seq) {
        return above_the_head(request.document, *request.as_of, loaded.head.seq);
    }
    const auto found = documents.find(request.document);
    if (found == documents.end()) {
        return loaded;
    }
    MemoryWalk walk(found->second, 0, request.as_of.value_or(loaded.head.seq), request.max_bytes,
                    request.with_authors);
    walk.take_keyframe();
    walk.take_parts();
    loaded.complete = walk.complete();
    loaded.parts = std::move(walk.parts);
    loaded.tombstones = found->second.tombstones;
    return loaded;
}

Result<std::vector<StoredPart>> MemoryDocuments::read(const ReadRequest& request) const {
    const auto found = documents.find(request.document);
    if (request.epoch != 0) {
        const std::uint64_t epoch = found == documents.end() ? 0 : found->second.epoch;
        if (epoch != request.epoch) {
            return other_epoch(request.document, epoch, request.epoch);
        }
    }
    if (found == documents.end()) {
        return std::vector<StoredPart>();
    }
    MemoryWalk walk(found->second, request.after_seq, request.until_seq, request.max_bytes,
                    request.with_authors);
    walk.take_parts();
    return std::move(walk.parts);
}

Result<std::vector<Head>> MemoryDocuments::heads(const std::vector<std::string>& names) const {
    std::vector<Head> heads;
    heads.reserve(names.size());
    for (const std::string& name : names) {
        heads.push_back(head_of(name));
    }
    return heads;
}

Result<void> MemoryDocuments::write_content(const ContentRequest& request) {
    const auto found = documents.find(request.document);
    if (found == documents.end() || !found->second.exists()) {
        return never_written(request.document);
    }
    MemoryDocument& document = found->second;
    if (document.epoch != request.epoch) {
        return {};
    }
    if (request.version == 0) {
        if (request.seq >= document.content_seq && request.seq <= document.head()) {
            document.content_seq = request.seq;
            document.content = request.text;
        }
        return {};
    }
    for (auto& [version, content] : document.versions) {
        if (version.number == request.version && version.seq == request.seq &&
            !version.has_content) {
            version.has_content = true;
            version.content_bytes = request.text.size();
            content = request.text;
        }
    }
    return {};
}

Result<std::vector<DocumentStat>> MemoryDocuments::list(const ListRequest& request) const {
    std::vector<DocumentStat> stats;
    auto next = request.after < request.prefix ? documents.lower_bound(request.prefix)
                                               : documents.upper_bound(request.after);
    for (; next != documents.end() && stats.size() < request.limit; ++next) {
        if (!next->first.starts_with(request.prefix)) {
            break;
        }
        if (next->second.exists()) {
            stats.push_back(stat_of(head_of(next->first), next->second));
        }
    }
    return stats;
}

Result<DocumentStat> MemoryDocuments::stat(const std::string& name) const {
    const MemoryDocument* document = find(name);
    if (document == nullptr) {
        return never_written(name);
    }
    return stat_of(head_of(name), *document);
}

Result<void> MemoryDocuments::compact(const CompactRequest& request) {
    if (std::optional<Error> fault = fault_of(request)) {
        return *std::move(fault);
    }
    const Result<MemoryDocument*> found = find_in_epoch(request.document, request.epoch);
    if (!found) {
        return found.error();
    }
    MemoryDocument& document = **found;
    if (std::optional<Error> refused = refusal_of(request, document)) {
        return *std::move(refused);
    }
    std::uint64_t row = 0;
    for (const NewSegment& made : request.segments) {
        const SeqRange seqs{document.covered + row + 1, made.last_seq};
        row += seqs.count();
        StoredPart segment{StoredPart::Kind::segment, seqs, document.rows[row - 1].mark,
                           made.bytes};
        for (AuthoredRun& run : take_rows(document.authored, seqs.count())) {
            add_run(segment.authored, std::move(run));
        }
        document.segments.push_back(std::move(segment));
    }
    document.rows.erase(document.rows.begin(),
                        document.rows.begin() + static_cast<std::ptrdiff_t>(row));
    document.covered += row;
    if (request.keyframe) {
        document.keyframes.push_back({StoredPart::Kind::keyframe,
                                      {1, document.covered},
                                      request.through_mark,
                                      *request.keyframe});
    }
    if (request.content && document.covered >= document.content_seq) {
        document.content_seq = document.covered;
        document.content = *request.content;
    }
    return {};
}

Result<void> MemoryDocuments::thin(const ThinRequest& request) {
    if (std::optional<Error> fault = fault_of(request)) {
        return *std::move(fault);
    }
    const Result<MemoryDocument*> found = find_in_epoch(request.document, request.epoch);
    if (!found) {
        return found.error();
    }
    MemoryDocument& document = **found;
    if (std::optional<Error> refused = refusal_of(request, document)) {
        return *std::move(refused);
    }
    for (const SegmentMerge& merge : request.merges) {
        merge_segments(merge, document);
    }
    std::erase_if(document.versions, [&](const MemoryVersion& kept) {
        return holds(request.versions_gone, number_of(kept));
    });
    std::erase_if(document.keyframes, [&](const StoredPart& keyframe) {
        return holds(request.keyframes_gone, seq_of(keyframe));
    });
    return {};
}

Result<std::vector<Version>> MemoryDocuments::versions(const VersionsRequest& request) const {
    const MemoryDocument* document = find(request.document);
    if (document == nullptr) {
        return never_written(request.document);
    }
    std::vector<Version> versions;
    for (const MemoryVersion& kept : document->versions) {
        if (kept.version.number > request.after && kept.version.number < request.before) {
            versions.push_back(kept.version);
        }
    }
    if (request.newest_first) {
        std::reverse(versions.begin(), versions.end());
    }
    if (versions.size() > request.limit) {
        versions.resize(request.limit);
    }
    return versions;
}

Result<VersionContent> MemoryDocuments::version(const VersionRequest& request) const {
    const MemoryDocument* document = find(request.document);
    if (document == nullptr) {
        return never_written(request.document);
    }
    for (const MemoryVersion& kept : document->versions) {
        if (kept.version.number == request.number) {
            return VersionContent{kept.version, kept.content};
        }
    }
    return no_such_version(request.document, request.number);
}

Result<Deleted> MemoryDocuments::delete_document(const DeleteRequest& request,
                                                 std::int64_t now_ms) {
    const Result<MemoryDocument*> found = find_in_epoch(request.document, request.epoch);
    if (!found) {
        return found.error();
    }
    MemoryDocument& document = **found;
    if (request.expect_seq && *request.expect_seq != document.head()) {
        return conflict(request.document + " is at seq " + std::to_string(document.head()) +
                        ", not " + std::to_string(*request.expect_seq));
    }
    MemoryDocument gone;
    gone.epoch = document.epoch + 1;
    gone.tombstones = std::move(document.tombstones);
    gone.tombstones.push_back({document.epoch, now_ms, document.algorithm, request.state_vector});
    document = std::move(gone);
    return Deleted{document.epoch};
}

Result<Forgotten> MemoryDocuments::forget_tombstones(const ForgetRequest& request) {
    Forgotten forgotten;
    for (auto& [name, document] : documents) {
        forgotten.count += std::erase_if(document.tombstones, [&](const Tombstone& tombstone) {
            return tombstone.unix_ms < request.unix_ms;
        });
    }
    return forgotten;
}

}  // namespace weft::storage
