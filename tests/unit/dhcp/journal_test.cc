// SPDX-License-Identifier: BSD-3-Clause
// Goal: whatever an answer changes in the lease table the store hears of, and of nothing else.
#include "dhcp/journal.h"

#include "test_exchange.h"

namespace stentor::dhcp {
namespace {

using lease::State;
using support::address;
using support::text_value;

class JournalTest : public ExchangeTest {
 protected:
  // What the last message changed: "bound 10.20.16.10"; empty: nothing.
  std::string change() {
    const Journal& journal = server_.journal();
    if (!journal.has_change) return {};
    const std::string_view state = journal.change.state == State::bound      ? "bound "
                                   : journal.change.state == State::declined ? "declined "
                                                                             : "free ";
    return std::string(state) + std::string(journal.change.address.text().view());
  }
  std::string bound_address() {
    const support::DhcpReply offer = reply_to(message(kDiscover));
    const std::string offered = support::address_text(offer.number_at(16, 4));
    EXPECT_EQ(change(), "") << "an offer is not stored";
    EXPECT_EQ(type_of(reply_to(request_of(offered))), kAck);
    return offered;
  }
};

TEST_F(JournalTest, notes_a_lease_and_its_end) {
  const std::string held = bound_address();
  EXPECT_EQ(change(), "bound " + held);
  support::DhcpSpec release = message(7);
  release.ciaddr = held;
  release.options.push_back({54, support::address_value("10.20.0.2")});
  EXPECT_EQ(drop_of(release), "dhcp_released");
  EXPECT_EQ(change(), "free " + held);
}

TEST_F(JournalTest, notes_what_is_set_aside) {
  const std::string held = bound_address();
  support::DhcpSpec decline = message(4);
  decline.options.push_back({50, support::address_value(held)});
  decline.options.push_back({54, support::address_value("10.20.0.2")});
  EXPECT_EQ(drop_of(decline), "dhcp_declined");
  EXPECT_EQ(change(), "declined " + held);
}

TEST_F(JournalTest, notes_nothing_of_who_is_refused_or_asks_for_parameters) {
  EXPECT_EQ(type_of(reply_to(request_of("10.99.0.1"))), kNak);
  EXPECT_EQ(change(), "");
  support::DhcpSpec inform = message(8);
  inform.ciaddr = "10.20.5.5";
  reply_to(inform);
  EXPECT_EQ(change(), "");
}

TEST_F(JournalTest, keeps_what_the_client_says_of_itself) {
  const std::string held = bound_address();
  support::DhcpSpec renewal = request_of(held);
  renewal.options.push_back({61, {0xff, 1, 2, 3}});
  renewal.options.push_back({81, {0, 0, 0, 'n', '7'}});
  EXPECT_EQ(type_of(reply_to(renewal)), kAck);
  const lease::LeaseChange& change = server_.journal().change;
  EXPECT_EQ(base::as_text(change.hostname.view()), "n7");
  EXPECT_EQ(change.client_id.size, 4);
  EXPECT_EQ(change.hardware.view()[5], 1);
  renewal.options.push_back({12, text_value("node7")});
  reply_to(renewal);
  EXPECT_EQ(base::as_text(server_.journal().change.hostname.view()), "node7");
}

}  // namespace
}  // namespace stentor::dhcp
