// Commands, records and registers of ATS and PRI, which smmuv3/arch does not have yet.  Arm IHI 0070
// G.b, 4.5, 6.3.33 to 6.3.36, 6.3.97, 6.3.98, 8.
#pragma once
#include "smmuv3/arch/cmd.h"
#include "smmuv3/arch/regs.h"
#include "smmuv3/arch/types.h"

namespace smmu::sw::ats {

using arch::Opcode;
using arch::Record;
using arch::Register;

constexpr auto atc_inv = static_cast<Opcode>(0x40);   ///< ILLEGAL where IDR0.ATS is 0
constexpr auto pri_resp = static_cast<Opcode>(0x41);  ///< ILLEGAL where IDR0.PRI is 0

struct AtcInv : Record<AtcInv, 2> {  // 4.5.1
    static constexpr F<7, 0, Opcode> Op{};
    static constexpr B<9> Global{};
    static constexpr B<10> SSec{};
    static constexpr B<11> SSV{};
    static constexpr F<31, 12, uint32_t> SubstreamID{};
    static constexpr F<63, 32, uint32_t> StreamID{};
    static constexpr F<69, 64, uint8_t> Size{};  // log2 of 4 KiB pages; 52: everything
    static constexpr P<127, 76> Address{};
};

/// 0b11 is illegal.
enum class PageResponse : uint8_t { ResponseFailure = 0, InvalidRequest = 1, Success = 2 };

struct PriResp : Record<PriResp, 2> {  // 4.5.2
    static constexpr F<7, 0, Opcode> Op{};
    static constexpr B<10> SSec{};
    static constexpr B<11> SSV{};
    static constexpr F<31, 12, uint32_t> SubstreamID{};
    static constexpr F<63, 32, uint32_t> StreamID{};
    static constexpr F<72, 64, uint16_t> PRGIndex{};
    static constexpr F<77, 76, PageResponse> Resp{};
};

/// A record of the PRI queue.
struct PageRequest : Record<PageRequest, 2> {  // 8
    static constexpr F<31, 0, uint32_t> StreamID{};
    static constexpr F<51, 32, uint32_t> SubstreamID{};
    static constexpr B<58> Priv{};
    static constexpr B<59> X{};
    static constexpr B<60> R{};
    static constexpr B<61> W{};
    static constexpr B<62> Last{};
    static constexpr B<63> SSV{};
    static constexpr F<72, 64, uint16_t> PRGIndex{};
    static constexpr P<127, 76> Address{};
};

/// A message that only says that a PASID is no longer in use: nobody waits for an answer to it.
constexpr bool is_stop_marker(const PageRequest& r) {
    using P = PageRequest;
    return r[P::SSV] && r[P::Last] && !r[P::W] && !r[P::R];
}

struct PriqBase : Register<PriqBase, 0x0C0, uint64_t> {  // 6.3.33
    static constexpr F<4, 0, uint8_t> LOG2SIZE{};
    static constexpr P<55, 5> ADDR{};
    static constexpr B<62> WA{};
};
struct PriqIrqCfg0 : Register<PriqIrqCfg0, 0x0D0, uint64_t> {  // 6.3.34
    static constexpr P<55, 2> ADDR{};
};
struct PriqProd : Register<PriqProd, 0x1'00C8> {  // 6.3.97, page 1
    static constexpr F<19, 0> WR{};
    static constexpr B<31> OVFLG{};
};
struct PriqCons : Register<PriqCons, 0x1'00CC> {  // 6.3.98, page 1
    static constexpr F<19, 0> RD{};
    static constexpr B<31> OVACKFLG{};
};

}  // namespace smmu::sw::ats
