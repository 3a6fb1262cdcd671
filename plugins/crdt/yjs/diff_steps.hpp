// The steps that lead from one list to another, as JSON: what DiffView of the seam shows of a text.
//
//   {"keep":3}  {"insert":"abc","actor":"17"}  {"delete":"xyz"}        texts
//   {"insert":[1,{"a":2}],"actor":"17"}                                other content: embeds, values, types as their JSON
//   {"insert":"abc","attributes":{"bold":true},"actor":"17"}           text with the formats it has
//   {"keep":3,"attributes":{"bold":true,"em":null}}                    with what changed; null: not any more
//   {"keep":1,"changes":{…}}                                           a type with changes inside
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>

namespace weft::yjs {

/// The formats at one place of a text, before and after. What it costs to change one does not follow from how many there
/// are: a hostile text may have as many as it has characters.
class FormatChanges {
public:
    void set_before(std::string_view key, std::string_view value) { set(before_, key, value); }
    void set_after(std::string_view key, std::string_view value) { set(after_, key, value); }

    /// `,"attributes":{…}` with all that are there after; nothing if none is.
    const std::string& after();
    /// The same with those that are different.
    const std::string& changes();

private:
    using Formats = std::map<std::string_view, std::string_view>;

    void set(Formats& formats, std::string_view key, std::string_view value);

    Formats before_;
    Formats after_;
    std::set<std::string_view> different_;
    bool after_shown_ = true;
    bool changes_shown_ = true;
    std::string after_text_;
    std::string changes_text_;
};

/// Writes steps and joins those that say the same.
class DiffSteps {
public:
    explicit DiffSteps(std::string& out) : out_(&out) {}

    /// `attributes` as `FormatChanges::changes` gives it.
    void keep(std::uint64_t units, const std::string& attributes);

    /// `content` is text, or the JSON of values, comma-separated.
    void insert(std::string_view content, bool is_text, std::uint64_t actor,
                const std::string& attributes);
    void remove(std::string_view content, bool is_text);

    /// Writes the start of a step that keeps a type. What the caller then appends to `out` is its changes; without any,
    /// `end_nested` takes that back.
    void begin_nested(const std::string& attributes);
    void end_nested(bool differs);

    /// Ends the list. Whether there was anything but `keep`.
    bool finish();

private:
    enum class Kind : std::uint8_t { nothing, keep, insert, remove };

    struct Step {
        Kind kind = Kind::nothing;
        bool is_text = true;
        std::uint64_t units = 0;  // of keep
        std::uint64_t actor = 0;
        std::string content;
        std::string attributes;
    };

    void add(Step step, std::string_view content);
    void flush();
    void separate();

    std::string* out_;
    Step step_;
    bool first_ = true;
    bool differs_ = false;
    // Where the nested step begins, and what was before it.
    std::size_t nested_at_ = 0;
    bool nested_first_ = true;
    Step nested_step_;
    std::string nested_attributes_;
};

}  // namespace weft::yjs
