// How STORE on the command line finds its plugin.
#include "kernel/doctor/store_address.hpp"

#include <gmock/gmock.h>

namespace weft {
namespace {

PluginListing plugin(std::string seam, std::string name, std::vector<std::string> keys) {
    PluginDescription description;
    description.seam = std::move(seam);
    description.name = std::move(name);
    for (std::string& key : keys) {
        description.options.push_back({std::move(key), "string", "", "", "", ""});
    }
    return {"", std::move(description)};
}

TEST(StoreAddress, AFileIsOpenedByThePluginThatTakesAPath) {
    const std::vector plugins{plugin("storage", "heap", {}), plugin("storage", "files", {"path"}),
                              plugin("storage", "net", {"url"}),
                              plugin("transport", "web", {"path"})};
    EXPECT_EQ(*storage_setting("data/it's.db", plugins), "{plugin: files, path: 'data/it''s.db'}");
    EXPECT_EQ(*storage_setting("db://a:b@host/x", plugins),
              "{plugin: net, url: 'db://a:b@host/x'}");
    EXPECT_EQ(*storage_setting("{plugin: heap}", plugins), "{plugin: heap}");
}

TEST(StoreAddress, WhereTheChoiceIsNotClearItIsAskedFor) {
    const std::vector none{plugin("storage", "heap", {})};
    EXPECT_THAT(storage_setting("data/weft.db", none).error().message,
                testing::HasSubstr("no storage plugin has an option `path`: say which one you "
                                   "mean, such as '{plugin: NAME, path: …}'"));
    const std::vector two{plugin("storage", "a", {"path"}), plugin("storage", "b", {"path"})};
    EXPECT_THAT(storage_setting("data/weft.db", two).error().message,
                testing::HasSubstr("more than one storage plugin have an option `path`"));
    const std::vector twice{plugin("storage", "a", {"path"}), plugin("storage", "a", {"path"})};
    EXPECT_EQ(*storage_setting("x", twice), "{plugin: a, path: 'x'}");
}

}  // namespace
}  // namespace weft
