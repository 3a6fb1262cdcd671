// Formats of a text, compared and ordered as Yjs does it.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace weft::yjs {

/// Values by key, each as the JSON text that JSON.stringify makes of it.
class Attributes {
public:
    using Values = std::map<std::string, std::pair<std::uint64_t, std::string>, std::less<>>;
    using Entry = Values::const_pointer;  // key, (when it was set, value)

    Attributes() = default;

    /// The members of a JSON object, which is valid. An empty text has none.
    explicit Attributes(std::string_view json);

    bool empty() const { return values_.empty(); }
    std::size_t size() const { return values_.size(); }
    bool has(std::string_view key) const { return values_.find(key) != values_.end(); }

    /// The value of a key, "null" if it has none.
    std::string_view get(std::string_view key) const;

    /// A key that has a value keeps its place among the others.
    void set(std::string_view key, std::string_view value);
    void erase(std::string_view key);

    /// What a format changes: "null" takes a value away.
    void apply(std::string_view key, std::string_view value);

    /// In the order in which they were set, as a JavaScript Map has them.
    std::vector<Entry> as_map() const;

    /// Array indexes first, ascending, as a JavaScript object has them.
    std::vector<Entry> as_object() const;

private:
    Values values_;
    std::uint64_t next_ = 0;
};

/// Whether Yjs takes two values for equal where it compares formats: objects by their members, but what is nested in
/// them never is.
bool equal_formats(std::string_view a, std::string_view b);

/// Whether two values are the same to JavaScript's `===`: an object that was read twice is not.
bool same_format(std::string_view a, std::string_view b);

}  // namespace weft::yjs
