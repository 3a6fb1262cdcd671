// WEFT_PLUGIN makes a plugin of a class that implements one seam:
//
//   class SqliteStorage final : public weft::Storage {
//   public:
//       static constexpr weft::About about{"sqlite", "1.0.0", "One SQLite file on this machine", "MIT"};
//       static constexpr std::string_view capabilities = R"({"durability":"stable"})";  // optional: a JSON object
//       using Options = SqliteOptions;                                                  // optional, see options.hpp
//       SqliteStorage(weft::Host& host, Options options);  // opens nothing, checks nothing
//       weft::Result<void> configure();  // optional: checks values, opens nothing                    [main]
//       weft::Result<void> start();      // optional: opens files, starts threads                     [main]
//       void drain();                    // optional: shutdown has begun                              [main]
//       void stop();                     // optional: joins all threads; no call or event after it    [main]
//   };
//
//   WEFT_PLUGIN(SqliteStorage)
//
// The seam follows from the base class. The constructor may also take only the host, only the options, or nothing.
#pragma once

#include <weft/detail/instance.hpp>
#include <weft/host.hpp>
#include <weft/options.hpp>

#define WEFT_PLUGIN(Plugin)                                                                    \
    extern "C" __attribute__((visibility("default"))) const weft_plugin* weft_plugin_entry() { \
        return weft::detail::descriptor_of<Plugin>();                                          \
    }
