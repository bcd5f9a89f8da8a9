// The audit log of storage over gRPC: what it has, filters, pages, and the watch.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/storage/testing/service_fixture.h"
#include "triad/audit/v1/audit.pb.h"

namespace triad::storage {
namespace {

using audit::v1::AuditLine;
using audit::v1::ListAuditLinesRequest;
using audit::v1::ListAuditLinesResponse;
using audit::v1::WatchAuditLinesRequest;
using audit::v1::WatchAuditLinesResponse;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using testing::Stub;
using Headers = std::multimap<std::string, std::string>;

constexpr char kBucket[] = "buckets/bucket";

class AuditServiceTest : public testing::StorageServiceTest {
 protected:
  AuditServiceTest() : StorageServiceTest({.auth_token = "the-token"}) {}

  void Write(const std::string& object) {
    auto put = Put(NameOf(object), {"content"}, with_token_);
    ASSERT_TRUE(put.status.ok()) << put.status.error_message();
  }
  void Delete(const std::string& object) {
    v1::DeleteObjectRequest request;
    request.set_name(NameOf(object));
    v1::DeleteObjectResponse response;
    ASSERT_TRUE(Ask(&Stub::DeleteObject, request, response, with_token_).ok());
  }
  ListAuditLinesResponse List(const ListAuditLinesRequest& request) {
    ListAuditLinesResponse response;
    grpc::Status status = Ask(&Stub::ListAuditLines, request, response, with_token_);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response;
  }
  static std::string NameOf(const std::string& object) {
    return absl::StrCat(kBucket, "/objects/", object);
  }
  // The method without its service, and the resource.
  template <typename Lines>
  static std::vector<std::string> TextOf(const Lines& lines) {
    std::vector<std::string> text;
    for (const AuditLine& line : lines) {
      text.push_back(absl::StrCat(line.method().substr(line.method().rfind('/') + 1), " ",
                                  line.resource(), " ", line.principal()));
    }
    return text;
  }

  Headers with_token_ = {{"authorization", "Bearer the-token"}};
};

TEST_F(AuditServiceTest, HasWhatWasDoneToObjects) {
  Write("a");
  Delete("a");
  ListAuditLinesRequest request;
  request.mutable_filter()->set_resource_prefix("buckets/bucket/objects/");
  ListAuditLinesResponse response = List(request);
  EXPECT_THAT(TextOf(response.lines()), ElementsAre("DeleteObject buckets/bucket/objects/a token",
                                                    "WriteObject buckets/bucket/objects/a token"));
  EXPECT_FALSE(response.lines(0).request_id().empty());
  EXPECT_EQ(response.next_page_token(), "");
}

TEST_F(AuditServiceTest, IsForWhoHasTheToken) {
  ListAuditLinesResponse response;
  EXPECT_EQ(Ask(&Stub::ListAuditLines, ListAuditLinesRequest(), response).error_code(),
            grpc::StatusCode::UNAUTHENTICATED);
  grpc::ClientContext context;
  WatchAuditLinesResponse line;
  auto stream = stub_->WatchAuditLines(&context, {});
  EXPECT_FALSE(stream->Read(&line));
  EXPECT_EQ(stream->Finish().error_code(), grpc::StatusCode::UNAUTHENTICATED);
}

TEST_F(AuditServiceTest, FiltersByEachField) {
  Write("a");
  Write("b");
  Delete("b");
  ListAuditLinesRequest request;
  request.mutable_filter()->set_method("DeleteObject");
  EXPECT_THAT(TextOf(List(request).lines()),
              ElementsAre("DeleteObject buckets/bucket/objects/b token"));
  request.mutable_filter()->set_method("WriteObject");
  request.mutable_filter()->set_resource_prefix(NameOf("a"));
  EXPECT_THAT(List(request).lines(), SizeIs(1));
  request.mutable_filter()->set_principal("somebody");
  EXPECT_THAT(List(request).lines(), IsEmpty());
  request.mutable_filter()->set_principal("token");
  request.mutable_filter()->set_outcome("OK");
  EXPECT_THAT(List(request).lines(), SizeIs(1));
  request.mutable_filter()->set_outcome("NOT_FOUND");
  EXPECT_THAT(List(request).lines(), IsEmpty());
  request.mutable_filter()->clear_outcome();
  std::int64_t now = absl::ToUnixSeconds(storage_.clock.Now());
  request.mutable_filter()->mutable_end_time()->set_seconds(now);
  EXPECT_THAT(List(request).lines(), IsEmpty());
  request.mutable_filter()->mutable_end_time()->set_seconds(now + 1);
  request.mutable_filter()->mutable_start_time()->set_seconds(now);
  EXPECT_THAT(List(request).lines(), SizeIs(1));
}

TEST_F(AuditServiceTest, PagesGoOnWhereTheOneBeforeEnded) {
  std::vector<std::string> expected;
  for (int i = 0; i < 5; ++i) {
    Write(absl::StrCat(i));
    expected.insert(expected.begin(),
                    absl::StrCat("WriteObject ", NameOf(absl::StrCat(i)), " token"));
  }
  ListAuditLinesRequest request;
  request.mutable_filter()->set_method("WriteObject");
  request.set_page_size(2);
  std::vector<std::string> found;
  int pages = 0;
  do {
    ListAuditLinesResponse page = List(request);
    for (const std::string& line : TextOf(page.lines())) found.push_back(line);
    request.set_page_token(page.next_page_token());
    ++pages;
  } while (!request.page_token().empty());
  EXPECT_EQ(found, expected);
  EXPECT_EQ(pages, 3);
}

TEST_F(AuditServiceTest, ATokenIsOfOneFilter) {
  Write("a");
  Write("b");
  ListAuditLinesRequest request;
  request.set_page_size(1);
  request.set_page_token(List(request).next_page_token());
  ASSERT_NE(request.page_token(), "");
  request.mutable_filter()->set_method("WriteObject");
  ListAuditLinesResponse response;
  EXPECT_EQ(FieldOf(Ask(&Stub::ListAuditLines, request, response, with_token_)), "page_token");
  request.clear_page_token();
  request.mutable_filter()->mutable_start_time()->set_nanos(-1);
  EXPECT_EQ(FieldOf(Ask(&Stub::ListAuditLines, request, response, with_token_)),
            "filter.start_time");
}

TEST_F(AuditServiceTest, AWatchMissesNothingAndGoesOn) {
  std::vector<std::string> seen;
  std::int64_t last = 0;
  auto watch = [&](std::size_t until, int writes) {
    grpc::ClientContext context;
    context.AddMetadata("authorization", "Bearer the-token");
    WatchAuditLinesRequest request;
    request.mutable_filter()->set_method("WriteObject");
    request.set_after_id(last);
    auto stream = stub_->WatchAuditLines(&context, request);
    WatchAuditLinesResponse response;
    if (last == 0) {
      ASSERT_TRUE(stream->Read(&response));
      EXPECT_THAT(response.lines(), IsEmpty()) << "it tells where it begins";
    }
    for (int i = 0; i < writes; ++i) {
      Write(absl::StrCat("n", i));
      Delete(absl::StrCat("n", i));
    }
    while (seen.size() < until) {
      ASSERT_TRUE(stream->Read(&response));
      for (const AuditLine& line : response.lines()) seen.push_back(line.resource());
      last = response.id();
    }
    context.TryCancel();
  };
  watch(10, 10);
  Write("n10");  // while nobody watches
  watch(11, 0);
  std::vector<std::string> expected;
  for (int i = 0; i <= 10; ++i) expected.push_back(NameOf(absl::StrCat("n", i)));
  EXPECT_EQ(seen, expected);
}

}  // namespace
}  // namespace triad::storage
