// ImportEntries, ExportEntries and RevealEntries over gRPC.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/config/testing/service_fixture.h"

namespace triad::config {
namespace {

using testing::ConfigServiceTest;
using ::testing::ElementsAre;
using testing::FieldOf;
using ::testing::HasSubstr;
using testing::kToken;
using ::testing::Not;
using ::testing::StartsWith;

struct File {
  std::string text;
  std::string media_type;
  std::string cache_control;
  grpc::Status status;
};

class TransferServiceTest : public ConfigServiceTest {
 protected:
  static void AddToken(grpc::ClientContext& context) {
    context.AddMetadata("authorization", absl::StrCat("Bearer ", kToken));
  }
  static v1::ImportEntriesRequest First(const std::string& media_type = "application/json") {
    v1::ImportEntriesRequest request;
    request.set_parent("namespaces/app");
    request.mutable_content()->set_content_type(media_type);
    return request;
  }
  // In messages of a few bytes each.
  grpc::Status Import(v1::ImportEntriesRequest request, const std::string& text,
                      v1::ImportEntriesResponse* response, bool token = true) {
    constexpr std::size_t kPiece = 7;
    grpc::ClientContext context;
    if (token) AddToken(context);
    auto stream = stub_->ImportEntries(&context, response);
    for (std::size_t at = 0; at == 0 || at < text.size(); at += kPiece) {
      request.mutable_content()->set_data(text.substr(at, kPiece));
      if (!stream->Write(request)) break;
      request.Clear();
    }
    stream->WritesDone();
    return stream->Finish();
  }
  template <typename Request>
  File Read(std::unique_ptr<grpc::ClientReader<google::api::HttpBody>> (
                v1::ConfigService::Stub::*method)(grpc::ClientContext*, const Request&),
            const Request& request, bool token = true) {
    grpc::ClientContext context;
    if (token) AddToken(context);
    File file;
    auto stream = (stub_.get()->*method)(&context, request);
    google::api::HttpBody body;
    while (stream->Read(&body)) {
      file.text += body.data();
      file.media_type += body.content_type();
    }
    file.status = stream->Finish();
    auto header = context.GetServerInitialMetadata().find("http-header-cache-control");
    if (header != context.GetServerInitialMetadata().end()) {
      file.cache_control = std::string(header->second.data(), header->second.size());
    }
    return file;
  }
  // Lines of reveals by who has the token.
  static audit::Filter Revealed() {
    audit::Filter filter;
    filter.method = "RevealEntries";
    filter.principal = "token";
    return filter;
  }
  File Export(v1::Format format = v1::FORMAT_JSON, bool token = true) {
    v1::ExportEntriesRequest request;
    request.set_parent("namespaces/app");
    request.set_format(format);
    return Read(&v1::ConfigService::Stub::ExportEntries, request, token);
  }
  File Reveal(v1::Format format = v1::FORMAT_JSON, bool token = true) {
    v1::RevealEntriesRequest request;
    request.set_parent("namespaces/app");
    request.set_format(format);
    return Read(&v1::ConfigService::Stub::RevealEntries, request, token);
  }
};

TEST_F(TransferServiceTest, ImportsWhatWasExported) {
  for (v1::Format format : {v1::FORMAT_JSON, v1::FORMAT_YAML}) {
    File file = Export(format);
    ASSERT_TRUE(file.status.ok()) << file.status.error_message();
    v1::ImportEntriesRequest request = First();
    request.set_format(format);
    request.set_mode(v1::ImportEntriesRequest::MODE_REPLACE);
    v1::ImportEntriesResponse response;
    grpc::Status status = Import(request, file.text, &response);
    ASSERT_TRUE(status.ok()) << status.error_message();
    EXPECT_EQ(response.unchanged(), 4);
    EXPECT_EQ(response.added() + response.changed() + response.removed(), 0);
  }
}

TEST_F(TransferServiceTest, TheMediaTypeSaysTheFormat) {
  v1::ImportEntriesResponse response;
  EXPECT_TRUE(Import(First("application/yaml; charset=utf-8"), "entries: {y: 1}", &response).ok());
  EXPECT_TRUE(Import(First("Text/Plain"), "E=1", &response).ok());
  EXPECT_TRUE(Import(First(""), R"({"entries": {"j": 1}})", &response).ok());
  EXPECT_EQ(response.added(), 1);
  grpc::Status status = Import(First("image/png"), "E=1", &response);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(FieldOf(status), "format");
  EXPECT_EQ(Export(v1::FORMAT_YAML).media_type, "application/yaml");
  EXPECT_EQ(Export(v1::FORMAT_JSON).media_type, "application/json");
}

TEST_F(TransferServiceTest, ExportsMaskSecrets) {
  File file = Export(v1::FORMAT_JSON, false);
  EXPECT_TRUE(file.status.ok()) << file.status.error_message();
  EXPECT_THAT(file.text, HasSubstr("********"));
  EXPECT_THAT(file.text, Not(HasSubstr("hidden")));
  EXPECT_EQ(file.cache_control, "");
}

TEST_F(TransferServiceTest, ARevealNeedsTheToken) {
  File file = Reveal(v1::FORMAT_JSON, false);
  EXPECT_EQ(file.status.error_code(), grpc::StatusCode::UNAUTHENTICATED);
  EXPECT_EQ(file.text, "");
}

TEST_F(TransferServiceTest, ARevealIsToldInTheLogAndIsNotStored) {
  File file = Reveal();
  EXPECT_TRUE(file.status.ok()) << file.status.error_message();
  EXPECT_THAT(file.text, HasSubstr("hidden-1"));
  EXPECT_THAT(file.text, HasSubstr("hidden-2"));
  EXPECT_EQ(file.cache_control, "no-store");
  auto page = fixture_.audit().List(Revealed(), 0, 10);
  ASSERT_TRUE(page.ok()) << page.status();
  std::vector<std::string> resources;
  for (const audit::Line& line : page->lines) resources.push_back(line.resource);
  EXPECT_THAT(resources, ElementsAre("namespaces/app/entries/SECRET_KEY@1",
                                     "namespaces/app/entries/DB_PASSWORD@1"));
}

// Of the pages behind the first one, too.
TEST_F(TransferServiceTest, EachRevealedSecretHasALineWithTheCaller) {
  constexpr int kSecrets = 450;
  std::string text = "{\"entries\": {\"x\": 1";
  for (int i = 0; i < kSecrets; ++i) {
    absl::StrAppend(&text, ", \"k", i, "\": {\"value\": \"v\", \"secret\": true}");
  }
  v1::ImportEntriesResponse response;
  ASSERT_TRUE(Import(First(), text + "}}", &response).ok());
  EXPECT_TRUE(Reveal().status.ok());
  auto page = fixture_.audit().List(Revealed(), 0, 1000);
  ASSERT_TRUE(page.ok()) << page.status();
  EXPECT_EQ(page->lines.size(), kSecrets + 2u);
}

TEST_F(TransferServiceTest, AnImportNeedsTheToken) {
  v1::ImportEntriesResponse response;
  EXPECT_EQ(Import(First(), R"({"entries": {"a": 1}})", &response, false).error_code(),
            grpc::StatusCode::UNAUTHENTICATED);
}

TEST_F(TransferServiceTest, AMalformedFileIsRefusedWithLineAndColumn) {
  v1::ImportEntriesResponse response;
  grpc::Status status = Import(First(), "{\"entries\": {\n  \"a\": 1,\n  \"b\" 2}}", &response);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(FieldOf(status), "content");
  EXPECT_THAT(status.error_message(), StartsWith("content: line 3, column 7: "));
  v1::Entry entry;
  EXPECT_EQ(Get("namespaces/app/entries/a", &entry).error_code(), grpc::StatusCode::NOT_FOUND);
}

TEST_F(TransferServiceTest, NamesTheFieldThatIsWrong) {
  v1::ImportEntriesResponse response;
  v1::ImportEntriesRequest request = First();
  request.set_parent("app");
  EXPECT_EQ(FieldOf(Import(request, "{}", &response)), "parent");
  request = First();
  request.set_mode(static_cast<v1::ImportEntriesRequest::Mode>(7));
  EXPECT_EQ(FieldOf(Import(request, "{}", &response)), "mode");
  request = First();
  request.set_format(static_cast<v1::Format>(7));
  EXPECT_EQ(FieldOf(Import(request, "{}", &response)), "format");
  EXPECT_EQ(FieldOf(Export(static_cast<v1::Format>(7)).status), "format");
  grpc::ClientContext context;
  AddToken(context);
  auto stream = stub_->ImportEntries(&context, &response);
  stream->WritesDone();
  EXPECT_EQ(FieldOf(stream->Finish()), "parent");
}

TEST_F(TransferServiceTest, ADryRunTellsWhatWouldChange) {
  v1::ImportEntriesRequest request = First();
  request.set_validate_only(true);
  request.set_mode(v1::ImportEntriesRequest::MODE_REPLACE);
  v1::ImportEntriesResponse response;
  grpc::Status status = Import(
      request,
      R"({"entries": {"API_BASE_URL": "http://y", "SECRET_KEY": {"value": "z", "secret": true}}})",
      &response);
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(response.changed(), 2);
  EXPECT_EQ(response.removed(), 2);
  ASSERT_EQ(response.differences_size(), 4);
  EXPECT_EQ(response.differences(0).key(), "API_BASE_URL");
  EXPECT_EQ(response.differences(0).before().value().string_value(), "http://x");
  EXPECT_EQ(response.differences(0).after().value().string_value(), "http://y");
  EXPECT_EQ(response.differences(1).type(), v1::EntryDifference::TYPE_REMOVED);
  EXPECT_EQ(response.differences(3).after().value().string_value(), "********");
  v1::Entry entry;
  ASSERT_TRUE(Get("namespaces/app/entries/API_BASE_URL", &entry).ok());
  EXPECT_EQ(entry.value().string_value(), "http://x");
}

// Also if all of the file has come: only the caller knows.
TEST_F(TransferServiceTest, WritesNothingIfTheCallerLeavesBeforeTheEnd) {
  {
    grpc::ClientContext context;
    AddToken(context);
    v1::ImportEntriesResponse response;
    auto stream = stub_->ImportEntries(&context, &response);
    v1::ImportEntriesRequest request = First();
    request.mutable_content()->set_data(R"({"entries": {"a": 1}})");
    ASSERT_TRUE(stream->Write(request));
    context.TryCancel();
    EXPECT_EQ(stream->Finish().error_code(), grpc::StatusCode::CANCELLED);
  }
  server_.reset();  // what ran has ended
  EXPECT_FALSE(fixture_.store().Get(testing::Name("a")).ok());
  EXPECT_EQ(fixture_.imports().used(), 0u);
}

}  // namespace
}  // namespace triad::config
