// One event is one line, and nothing that a client can choose forges another.
#include "kernel/log/log.hpp"

#include <nlohmann/json.hpp>

#include <gtest/gtest.h>

#include <limits>

namespace weft {
namespace {

std::string text_line(std::string_view message, std::initializer_list<LogField> fields) {
    return render_log_line(LogFormat::text, "document", message, {fields.begin(), fields.size()});
}

nlohmann::json json_line(std::string_view message, std::initializer_list<LogField> fields) {
    return nlohmann::json::parse(
        "{" +
        render_log_line(LogFormat::json, "document", message, {fields.begin(), fields.size()}) +
        "}");
}

TEST(Log, ATextLineIsKeysAndValues) {
    EXPECT_EQ(
        text_line("loaded", {{"document", "notes"}, {"seq", 12}, {"strict", true}, {"ms", 1.5}}),
        "component=document msg=loaded document=notes seq=12 strict=true ms=1.5");
}

TEST(Log, AValueWithSpacesOrNothingInItIsQuoted) {
    EXPECT_EQ(text_line("load failed", {{"document", "a b"}, {"why", ""}, {"eq", "a=b"}}),
              R"(component=document msg="load failed" document="a b" why="" eq="a=b")");
}

TEST(Log, NoValueForgesALine) {
    EXPECT_EQ(text_line("x", {{"document", "a\nlevel=error \"b\"\\\x1b[0m"}}),
              R"(component=document msg=x document="a\nlevel=error \"b\"\\\u001b[0m")");
}

TEST(Log, AJsonLineHoldsTheSameValuesWithTheirTypes) {
    const nlohmann::json line = json_line(
        "loaded", {{"document", "a\n\"b\""}, {"seq", 12U}, {"strict", false}, {"text", "true"}});
    EXPECT_EQ(line["component"], "document");
    EXPECT_EQ(line["msg"], "loaded");
    EXPECT_EQ(line["document"], "a\n\"b\"");
    EXPECT_EQ(line["seq"], 12);
    EXPECT_EQ(line["strict"], false);
    EXPECT_EQ(line["text"], "true");
}

TEST(Log, ANumberThatJsonDoesNotHaveIsText) {
    EXPECT_EQ(json_line("x", {{"value", std::numeric_limits<double>::quiet_NaN()}})["value"],
              "nan");
    EXPECT_EQ(json_line("x", {{"value", std::numeric_limits<double>::infinity()}})["value"], "inf");
}

TEST(Log, ALineBelowTheLevelIsNotWritten) {
    ::testing::internal::CaptureStderr();
    {
        const auto log = make_stderr_log(LogLevel::warning, LogFormat::text);
        EXPECT_FALSE(log->enabled(LogLevel::info));
        log->info("node", "not seen");
        log->warning("node", "seen", {{"n", 1}});
    }
    const std::string written = ::testing::internal::GetCapturedStderr();
    EXPECT_EQ(written.find("not seen"), std::string::npos);
    EXPECT_NE(written.find("Z level=warning component=node msg=seen n=1\n"), std::string::npos)
        << written;
    EXPECT_EQ(written.find("time=2"), 0U) << written;
}

TEST(Log, WhatStillWaitsIsWrittenBeforeTheLogGoes) {
    ::testing::internal::CaptureStderr();
    {
        const auto log = make_stderr_log(LogLevel::info, LogFormat::json);
        for (int i = 0; i < 500; ++i) {
            log->info("node", "line", {{"i", i}});
        }
    }
    const std::string written = ::testing::internal::GetCapturedStderr();
    EXPECT_NE(written.find(R"("i":499})"), std::string::npos);
}

}  // namespace
}  // namespace weft
