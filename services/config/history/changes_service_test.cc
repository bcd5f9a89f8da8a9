// Diff, rollback, reveal, destroy and namespaces over gRPC.
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
using ::testing::Not;
using testing::ReadDirectory;
using Stub = v1::ConfigService::Stub;

constexpr char kName[] = "namespaces/app/entries/k";

class ChangesServiceTest : public ConfigServiceTest {
 protected:
  v1::Entry Secret(const std::string& key, const std::string& value) {
    v1::Entry entry = Text(key, value);
    entry.set_secret(true);
    return entry;
  }
  std::string Reveal(const std::string& name, std::int64_t version = 0) {
    v1::RevealEntryRequest request;
    request.set_name(name);
    request.set_version(version);
    v1::Entry entry;
    grpc::Status status = Call(&Stub::RevealEntry, request, &entry);
    return status.ok() ? entry.value().string_value() : absl::StrCat(status.error_code());
  }
  std::vector<std::string> Diff(v1::DiffEntriesRequest request) {
    std::vector<std::string> found;
    request.set_parent("namespaces/app");
    do {
      v1::DiffEntriesResponse page;
      grpc::Status status = Call(&Stub::DiffEntries, request, &page);
      EXPECT_TRUE(status.ok()) << status.error_message();
      for (const v1::EntryDifference& difference : page.differences()) {
        found.push_back(
            absl::StrCat(difference.key(), " ", v1::EntryDifference::Type_Name(difference.type())));
      }
      request.set_page_token(page.next_page_token());
    } while (!request.page_token().empty());
    return found;
  }
};

TEST_F(ChangesServiceTest, RevealsNowAndThen) {
  ASSERT_TRUE(Set(Secret("k", "first")).ok());
  ASSERT_TRUE(Set(Secret("k", "second")).ok());
  EXPECT_EQ(Reveal(kName), "second");
  EXPECT_EQ(Reveal(kName, 1), "first");
  EXPECT_EQ(Reveal(kName, 9), absl::StrCat(grpc::StatusCode::NOT_FOUND));
  grpc::ClientContext context;
  v1::RevealEntryRequest request;
  request.set_name(kName);
  v1::Entry entry;
  EXPECT_EQ(stub_->RevealEntry(&context, request, &entry).error_code(),
            grpc::StatusCode::UNAUTHENTICATED);
}

TEST_F(ChangesServiceTest, WhatIsDestroyedIsInNoFile) {
  ASSERT_TRUE(Set(Secret("k", std::string(900, 'x'))).ok());
  ASSERT_TRUE(Set(Text("plain", "to-be-destroyed")).ok());
  ASSERT_TRUE(Set(Text("plain", "newer")).ok());
  ASSERT_TRUE(Set(Secret("k", "second")).ok());
  std::string sealed;
  absl::Status read = fixture_.database()->Read([&](db::Session& session) {
    auto rows = session.Query("SELECT value FROM versions WHERE key = 'k' AND version = 1");
    if (rows.ok()) sealed = rows->front().Bytes(0).substr(0, 200);
    return rows.status();
  });
  ASSERT_TRUE(read.ok()) << read;
  const std::string& directory = fixture_.database().directory();
  ASSERT_THAT(ReadDirectory(directory), HasSubstr(sealed));
  ASSERT_THAT(ReadDirectory(directory), HasSubstr("to-be-destroyed"));

  v1::DestroyEntryVersionsRequest request;
  request.set_name(kName);
  request.add_versions(1);
  v1::DestroyEntryVersionsResponse response;
  request.set_validate_only(true);
  ASSERT_TRUE(Call(&Stub::DestroyEntryVersions, request, &response).ok());
  EXPECT_NE(Reveal(kName, 1), absl::StrCat(grpc::StatusCode::FAILED_PRECONDITION));
  request.set_validate_only(false);
  ASSERT_TRUE(Call(&Stub::DestroyEntryVersions, request, &response).ok());
  EXPECT_EQ(response.destroyed(), 1);
  request.set_name("namespaces/app/entries/plain");
  ASSERT_TRUE(Call(&Stub::DestroyEntryVersions, request, &response).ok());
  EXPECT_THAT(ReadDirectory(directory), Not(HasSubstr(sealed)));
  EXPECT_THAT(ReadDirectory(directory), Not(HasSubstr("to-be-destroyed")));
  EXPECT_EQ(Reveal(kName, 1), absl::StrCat(grpc::StatusCode::FAILED_PRECONDITION));
  EXPECT_EQ(Reveal(kName), "second");
  v1::ListEntryVersionsRequest history;
  history.set_name(kName);
  v1::ListEntryVersionsResponse versions;
  ASSERT_TRUE(Call(&Stub::ListEntryVersions, history, &versions).ok());
  ASSERT_EQ(versions.versions_size(), 2);
  EXPECT_TRUE(versions.versions(1).destroyed());
  EXPECT_FALSE(versions.versions(1).has_value());
}

TEST_F(ChangesServiceTest, TheHeadIsDestroyedOnlyIfItIsReplaced) {
  ASSERT_TRUE(Set(Secret("k", "leaked")).ok());
  v1::DestroyEntryVersionsRequest request;
  request.set_name(kName);
  request.add_versions(1);
  v1::DestroyEntryVersionsResponse response;
  EXPECT_EQ(Call(&Stub::DestroyEntryVersions, request, &response).error_code(),
            grpc::StatusCode::FAILED_PRECONDITION);
  EXPECT_EQ(Reveal(kName), "leaked");
  request.mutable_value()->set_string_value("fresh");
  ASSERT_TRUE(Call(&Stub::DestroyEntryVersions, request, &response).ok());
  EXPECT_EQ(response.entry().version(), 2);
  EXPECT_TRUE(response.entry().secret());
  EXPECT_EQ(Reveal(kName), "fresh");
  request.add_versions(9);
  EXPECT_EQ(Call(&Stub::DestroyEntryVersions, request, &response).error_code(),
            grpc::StatusCode::NOT_FOUND);
  request.clear_versions();
  EXPECT_EQ(FieldOf(Call(&Stub::DestroyEntryVersions, request, &response)), "versions");
}

TEST_F(ChangesServiceTest, TheAuditLogHasWritesAndReveals) {
  ASSERT_TRUE(Set(Secret("k", "hidden")).ok());
  EXPECT_EQ(Reveal(kName), "hidden");
  v1::DeleteEntryRequest remove;
  remove.set_name(kName);
  v1::Entry ignored;
  ASSERT_TRUE(Call(&Stub::DeleteEntry, remove, &ignored).ok());
  audit::v1::ListAuditLinesRequest request;
  request.mutable_filter()->set_resource_prefix("namespaces/app/");
  audit::v1::ListAuditLinesResponse response;
  ASSERT_TRUE(Call(&Stub::ListAuditLines, request, &response).ok());
  std::vector<std::string> lines;
  for (const audit::v1::AuditLine& line : response.lines()) {
    lines.push_back(absl::StrCat(line.method(), " ", line.resource(), " ", line.principal()));
    EXPECT_THAT(line.peer(), HasSubstr("127.0.0.1"));
    EXPECT_FALSE(line.request_id().empty());
    EXPECT_THAT(line.ShortDebugString(), Not(HasSubstr("hidden")));
  }
  std::string service = "triad.config.v1.ConfigService/";
  EXPECT_THAT(lines, ElementsAre(service + "DeleteEntry namespaces/app/entries/k token",
                                 service + "RevealEntry namespaces/app/entries/k@1 token",
                                 service + "SetEntry namespaces/app/entries/k token"));
  grpc::ClientContext context;
  EXPECT_EQ(stub_->ListAuditLines(&context, request, &response).error_code(),
            grpc::StatusCode::UNAUTHENTICATED);
}

TEST_F(ChangesServiceTest, AWatchOfTheAuditLogMissesNothing) {
  grpc::ClientContext context;
  context.AddMetadata("authorization", absl::StrCat("Bearer ", testing::kToken));
  audit::v1::WatchAuditLinesRequest request;
  request.mutable_filter()->set_method("SetEntry");
  auto stream = stub_->WatchAuditLines(&context, request);
  audit::v1::WatchAuditLinesResponse response;
  ASSERT_TRUE(stream->Read(&response));
  EXPECT_EQ(response.lines_size(), 0) << "where it begins";
  std::vector<std::string> seen;
  for (int i = 0; i < 20; ++i) {
    ASSERT_TRUE(Set(Text(absl::StrCat("k", i), "v")).ok());
    EXPECT_NE(Reveal(kName), "") << "others are left out";
  }
  while (seen.size() < 20) {
    ASSERT_TRUE(stream->Read(&response));
    for (const audit::v1::AuditLine& line : response.lines()) seen.push_back(line.resource());
  }
  for (int i = 0; i < 20; ++i) EXPECT_EQ(seen[i], absl::StrCat("namespaces/app/entries/k", i));
  context.TryCancel();
  EXPECT_FALSE(stream->Read(&response));
  EXPECT_EQ(stream->Finish().error_code(), grpc::StatusCode::CANCELLED);
}

TEST_F(ChangesServiceTest, RollsAnEntryBack) {
  ASSERT_TRUE(Set(Secret("k", "first")).ok());   // revision 2
  ASSERT_TRUE(Set(Secret("k", "second")).ok());  // revision 3
  v1::RollbackEntryRequest request;
  request.set_name(kName);
  request.set_version(1);
  request.set_validate_only(true);
  v1::RollbackResponse response;
  ASSERT_TRUE(Call(&Stub::RollbackEntry, request, &response).ok());
  EXPECT_EQ(response.entries_size(), 1);
  EXPECT_EQ(Reveal(kName), "second");
  request.set_validate_only(false);
  ASSERT_TRUE(Call(&Stub::RollbackEntry, request, &response).ok());
  EXPECT_EQ(response.revision(), 4);
  EXPECT_EQ(response.entries(0).value().string_value(), "********");
  EXPECT_EQ(Reveal(kName), "first");
  ASSERT_TRUE(Call(&Stub::RollbackEntry, request, &response).ok());
  EXPECT_EQ(response.entries_size(), 0) << "it is so already";
  EXPECT_EQ(response.revision(), 4);
  request.set_revision(1);
  ASSERT_TRUE(Call(&Stub::RollbackEntry, request, &response).ok());
  EXPECT_TRUE(response.entries(0).has_delete_time()) << "it was not there";
  request.set_revision(99);
  EXPECT_EQ(Call(&Stub::RollbackEntry, request, &response).error_code(),
            grpc::StatusCode::OUT_OF_RANGE);
  request.clear_to();
  EXPECT_EQ(FieldOf(Call(&Stub::RollbackEntry, request, &response)), "version");
}

TEST_F(ChangesServiceTest, DiffsAndRollsBackANamespace) {
  ASSERT_TRUE(Set(Text("k", "1")).ok());  // revision 2
  ASSERT_TRUE(Set(Secret("s", "1")).ok());
  ASSERT_TRUE(Set(Text("gone", "1")).ok());  // revision 4
  ASSERT_TRUE(Set(Text("k", "2")).ok());
  ASSERT_TRUE(Set(Secret("s", "1")).ok());
  ASSERT_TRUE(Set(Text("new", "1")).ok());
  v1::DeleteEntryRequest remove;
  remove.set_name("namespaces/app/entries/gone");
  v1::Entry ignored;
  ASSERT_TRUE(Call(&Stub::DeleteEntry, remove, &ignored).ok());
  v1::DiffEntriesRequest diff;
  diff.set_revision(4);
  diff.set_page_size(1);
  EXPECT_THAT(Diff(diff), ElementsAre("gone TYPE_REMOVED", "k TYPE_CHANGED", "new TYPE_ADDED",
                                      "s TYPE_CHANGED"));
  v1::RollbackNamespaceRequest rollback;
  rollback.set_name("namespaces/app");
  rollback.set_revision(4);
  v1::RollbackResponse response;
  ASSERT_TRUE(Call(&Stub::RollbackNamespace, rollback, &response).ok());
  EXPECT_EQ(response.entries_size(), 4);
  EXPECT_THAT(Diff(diff), ElementsAre());
  ASSERT_TRUE(Call(&Stub::RollbackNamespace, rollback, &response).ok());
  EXPECT_EQ(response.entries_size(), 0);
}

TEST_F(ChangesServiceTest, DiffsTwoNamespaces) {
  v1::CommitEntriesRequest commit;
  commit.set_parent("namespaces/other");
  for (const char* key : {"SECRET_KEY", "API_BASE_URL"}) {
    v1::CopyEntry& copy = *commit.add_operations()->mutable_copy();
    copy.set_source(absl::StrCat("namespaces/app/entries/", key));
    copy.set_name(absl::StrCat("namespaces/other/entries/", key));
  }
  v1::CommitEntriesResponse committed;
  ASSERT_TRUE(Call(&Stub::CommitEntries, commit, &committed).ok());
  v1::DiffEntriesRequest diff;
  diff.set_other_parent("namespaces/other");
  EXPECT_THAT(Diff(diff), ElementsAre("DB_PASSWORD TYPE_REMOVED", "MAX_CONNECTIONS TYPE_REMOVED"))
      << "a copy of a secret is the same";
}

TEST_F(ChangesServiceTest, NamespacesAreMadeDescribedAndListed) {
  v1::CreateNamespaceRequest create;
  create.mutable_namespace_()->set_name("namespaces/team");
  create.mutable_namespace_()->set_description("of the team");
  v1::Namespace made;
  ASSERT_TRUE(Call(&Stub::CreateNamespace, create, &made).ok());
  EXPECT_EQ(Call(&Stub::CreateNamespace, create, &made).error_code(),
            grpc::StatusCode::ALREADY_EXISTS);
  v1::GetNamespaceRequest get;
  get.set_name("namespaces/app");
  ASSERT_TRUE(Call(&Stub::GetNamespace, get, &made).ok());
  EXPECT_EQ(made.entry_count(), 4);
  get.set_name("namespaces/nothing");
  EXPECT_EQ(Call(&Stub::GetNamespace, get, &made).error_code(), grpc::StatusCode::NOT_FOUND);
  v1::UpdateNamespaceRequest update;
  update.mutable_namespace_()->set_name("namespaces/team");
  update.mutable_namespace_()->set_description("else");
  ASSERT_TRUE(Call(&Stub::UpdateNamespace, update, &made).ok());
  v1::ListNamespacesRequest list;
  list.set_page_size(1);
  v1::ListNamespacesResponse page;
  ASSERT_TRUE(Call(&Stub::ListNamespaces, list, &page).ok());
  EXPECT_EQ(page.namespaces(0).name(), "namespaces/app");
  list.set_page_token(page.next_page_token());
  ASSERT_TRUE(Call(&Stub::ListNamespaces, list, &page).ok());
  EXPECT_EQ(page.namespaces(0).description(), "else");
  EXPECT_EQ(page.next_page_token(), "");
}

TEST_F(ChangesServiceTest, ADeletedNamespaceTakesItsHistoryWithIt) {
  v1::DeleteNamespaceRequest remove;
  remove.set_name("namespaces/app");
  v1::DeleteNamespaceResponse removed;
  ASSERT_TRUE(Set(Text("k", "kept-nowhere")).ok());
  EXPECT_EQ(Call(&Stub::DeleteNamespace, remove, &removed).error_code(),
            grpc::StatusCode::FAILED_PRECONDITION);
  remove.set_force(true);
  remove.set_validate_only(true);
  ASSERT_TRUE(Call(&Stub::DeleteNamespace, remove, &removed).ok());
  v1::Entry entry;
  EXPECT_TRUE(Get(kName, &entry).ok());
  remove.set_validate_only(false);
  ASSERT_TRUE(Call(&Stub::DeleteNamespace, remove, &removed).ok());
  EXPECT_EQ(Get(kName, &entry).error_code(), grpc::StatusCode::NOT_FOUND);
  EXPECT_EQ(Call(&Stub::DeleteNamespace, remove, &removed).error_code(),
            grpc::StatusCode::NOT_FOUND);
  v1::UndeleteEntryRequest undelete;
  undelete.set_name(kName);
  EXPECT_EQ(Call(&Stub::UndeleteEntry, undelete, &entry).error_code(), grpc::StatusCode::NOT_FOUND);
  EXPECT_THAT(ReadDirectory(fixture_.database().directory()), Not(HasSubstr("kept-nowhere")));
  // The name can be used again, and versions go on.
  ASSERT_TRUE(Set(Text("k", "anew"), &entry).ok());
  EXPECT_EQ(entry.version(), 3);
}

}  // namespace
}  // namespace triad::config
