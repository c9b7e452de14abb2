// SPDX-License-Identifier: BSD-3-Clause
// Goal: a stream begins where its reader wants it to, and says so if it cannot.
#include <gtest/gtest.h>

#include "api_fixture.h"

namespace stentor::control {
namespace {

using Query = std::vector<std::pair<std::string, std::string>>;

class ApiEventsTest : public ApiFixture {
 protected:
  ApiEventsTest() {
    for (int i = 0; i < 3; ++i) events.add(Event{.type = EventType::alarm});
  }
  HttpReply open(const Query& query, const std::string& last_event_id) {
    return api.answer(
        {.method = "GET", .path = "/v1/events", .query = query, .last_event_id = last_event_id});
  }
  // The numbers of the events that are there at once.
  std::string ids(const Query& query, const std::string& last_event_id) {
    const HttpReply reply = open(query, last_event_id);
    EXPECT_EQ(reply.status, 200u) << reply.body;
    std::string ids;
    std::string text = reply.stream == nullptr ? "" : reply.stream->next(base::Time{});
    for (std::size_t at = 0; (at = text.find("id: ", at)) != std::string::npos; ++at) {
      ids += text[at + 4];
    }
    return ids;
  }
};

TEST_F(ApiEventsTest, BeginsWithWhatHappensFromNowOn) { EXPECT_EQ(ids({}, ""), ""); }

TEST_F(ApiEventsTest, BeginsBehindTheEventThatIsNamed) {
  EXPECT_EQ(ids({{"after", "1"}}, ""), "23");
  EXPECT_EQ(ids({}, "1"), "23");
  EXPECT_EQ(ids({{"after", "1"}}, "2"), "3") << "the header is newer than the address";
  EXPECT_EQ(ids({}, "0"), "123");
  EXPECT_EQ(ids({}, "9"), "123") << "of a process before";
}

TEST_F(ApiEventsTest, RefusesAnIdThatIsNone) {
  const HttpReply reply = open({}, "x7");
  EXPECT_EQ(reply.status, 400u);
  EXPECT_EQ(reply.body,
            "{\"error\":\"header Last-Event-ID: 'x7' is no event's id; leave it out, or send one "
            "that was told\"}\n");
  EXPECT_EQ(events.streams(), 0u);
}

}  // namespace
}  // namespace stentor::control
