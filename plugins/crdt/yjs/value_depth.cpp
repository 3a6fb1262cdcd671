#include "value_depth.hpp"

#include "any_value.hpp"
#include "json_syntax.hpp"

#include <algorithm>

namespace weft::yjs {
namespace {

std::size_t depth_of_json_values(const ContentView& content) {
    std::size_t deepest = 0;
    Reader values(content.bytes);
    for (std::uint64_t i = 0; i < content.length; ++i) {
        deepest = std::max(deepest, json_depth(values.varstring()));
    }
    return deepest;
}

std::size_t depth_of(const ContentView& content) {
    Reader reader(content.bytes);
    switch (content.ref) {
    case ContentRef::json: return depth_of_json_values(content);
    case ContentRef::embed: return json_depth(as_text(content.bytes));
    case ContentRef::format: reader.varbytes(); return json_depth(reader.varstring());
    case ContentRef::any: return skip_any(reader, content.length);
    case ContentRef::doc: reader.varbytes(); return skip_any(reader);
    default: return 0;
    }
}

std::size_t deepest_value(StructRun run) {
    std::size_t deepest = 0;
    StructView view;
    std::size_t size = 0;
    while (!run.at_end() && peek_struct(run, view, size)) {
        deepest = std::max(deepest, depth_of(view.content));
        skip_struct(run, view, size);
    }
    return deepest;
}

std::string too_deep(std::uint64_t depth, std::uint64_t depth_max) {
    return "a value nests " + std::to_string(depth) + " deep, over the limit of " +
           std::to_string(depth_max);
}

}  // namespace

Result<void> check_value_depth(const UpdateLayout& layout, std::size_t size,
                               std::uint64_t depth_max) {
    if (depth_max == 0 || size <= depth_max) {  // each level takes a byte at least
        return {};
    }
    for (const StructRun& run : layout.runs) {
        if (const std::size_t depth = deepest_value(run); depth > depth_max) {
            return Error::malformed(too_deep(depth, depth_max));
        }
    }
    return {};
}

Result<void> check_value_depth(const EditView& edit, std::uint64_t depth_max) {
    if (depth_max == 0) {
        return {};
    }
    const std::size_t depth = std::max(json_depth(edit.value), json_depth(edit.attributes));
    if (depth > depth_max) {
        return Error{Code::invalid, too_deep(depth, depth_max), 0};
    }
    return {};
}

}  // namespace weft::yjs
