// The yardstick: a transaction from an initiator to memory, nothing between them.
#include "tests/perf/groups.h"
#include "tests/perf/memory.h"
#include "tests/perf/reader.h"
#include "tests/perf/world.h"

namespace smmu::perf {
namespace {

class Direct final : public Group {
public:
    Direct() { device_.out.bind(memory_.direct); }

    void start() override {
        memory_.bytes.put(Bytes::base, 0x600D);
        require(device_.read(Bytes::base) && device_.data() == 0x600D,
                "a direct access did not read what is in memory");
    }
    std::vector<Operation> rows() override {
        return {{"direct", "8 bytes, initiator to memory",
                 [this](unsigned n) {
                     while (n--) device_.read(Bytes::base);
                 }},
                {"direct_random_512", "the same, random page of 512", [this](unsigned n) {
                     Dice dice;
                     while (n--) read_page(dice.page());
                 }}};
    }

private:
    void read_page(uint32_t page) {
        device_.read(Bytes::base + page * arch::page_bytes + NestedTables::offset(page));
    }

    Reader device_{"direct_device"};
    DirectMemory memory_{"direct_memory"};
};

}  // namespace

GroupPointer make_direct() { return std::make_unique<Direct>(); }

}  // namespace smmu::perf
