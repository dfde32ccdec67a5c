//! National code sets that describe a learner: sex, ethnicity, special educational needs.
//!
//! The codes are what national files carry and what is stored; the labels are what people read.
//! Source: the Department for Education's published code lists for the school and alternative
//! provision censuses. Down syndrome (DS) and the extended ethnicity codes other than the white ones
//! come from general knowledge of the same lists.

use std::fmt;

/// An enum with a national code and a label for each case, and any finer codes that count as it.
macro_rules! code_set {
    ($(#[$about:meta])* $name:ident, refused with $sentence:literal; $($case:ident = $code:literal $(or $more:literal)* => $label:literal,)+) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {
            $(#[doc = $label] $case,)+
        }

        impl $name {
            /// Every case, in the order in which a list offers them.
            pub const ALL: &[Self] = &[$(Self::$case),+];

            /// The national code.
            pub fn code(self) -> &'static str {
                match self { $(Self::$case => $code,)+ }
            }

            /// The words that people read.
            pub fn label(self) -> &'static str {
                match self { $(Self::$case => $label,)+ }
            }

            /// The case that a code means, in whatever letter case. A finer code counts as the main one.
            pub fn find(code: &str) -> Option<Self> {
                match code.trim().to_ascii_uppercase().as_str() {
                    $($code $(| $more)* => Some(Self::$case),)+
                    _ => None,
                }
            }

            /// Reads a code as typed or imported; the refusal is a sentence for its field.
            pub fn parse(code: &str) -> Result<Self, &'static str> {
                Self::find(code).ok_or($sentence)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.label())
            }
        }
    };
}

code_set! {
    /// Sex, as national returns ask for it.
    Sex, refused with "Enter F for female, M for male or U for unknown";
    Female = "F" => "Female",
    Male = "M" => "Male",
    Unknown = "U" => "Unknown",
}

code_set! {
    /// Ethnic background, by the main codes. Schools may keep finer (extended) ones, which stand after
    /// `or` and are read as the main code that they belong to.
    Ethnicity, refused with "Enter an ethnicity code of the national list, like WBRI";
    WhiteBritish = "WBRI"
        or "WCOR" or "WENG" or "WNIR" or "WSCO" or "WWEL" or "WOWB"
        => "White – British",
    WhiteIrish = "WIRI" => "White – Irish",
    IrishTraveller = "WIRT" => "Traveller of Irish heritage",
    GypsyRoma = "WROM"
        or "WROG" or "WROR" or "WROO"
        => "Gypsy or Roma",
    OtherWhite = "WOTH"
        or "WALB" or "WBOS" or "WCRO" or "WGRE" or "WGRK" or "WGRC" or "WITA" or "WKOS" or "WPOR"
        or "WSER" or "WTUR" or "WTUK" or "WTUC" or "WEUR" or "WEEU" or "WWEU" or "WOTW"
        => "Any other white background",
    WhiteAndBlackCaribbean = "MWBC" => "White and black Caribbean",
    WhiteAndBlackAfrican = "MWBA" => "White and black African",
    WhiteAndAsian = "MWAS"
        or "MWAP" or "MWAI" or "MWAO"
        => "White and Asian",
    OtherMixed = "MOTH"
        or "MAOE" or "MABL" or "MACH" or "MBOE" or "MBCH" or "MCOE" or "MWOE" or "MWCH" or "MOTM"
        => "Any other mixed background",
    Indian = "AIND" => "Indian",
    Pakistani = "APKN"
        or "AMPK" or "AKPA" or "AOPK"
        => "Pakistani",
    Bangladeshi = "ABAN" => "Bangladeshi",
    OtherAsian = "AOTH"
        or "AAFR" or "AKAO" or "ANEP" or "ASNL" or "ASLT" or "ASRO" or "AOTA"
        => "Any other Asian background",
    BlackCaribbean = "BCRB" => "Black Caribbean",
    BlackAfrican = "BAFR"
        or "BANN" or "BCON" or "BGHA" or "BNGN" or "BSLN" or "BSOM" or "BSUD" or "BAOF"
        => "Black African",
    OtherBlack = "BOTH"
        or "BEUR" or "BNAM" or "BOTB"
        => "Any other black background",
    Chinese = "CHNE"
        or "CHKC" or "CMAL" or "CSNG" or "CTWN" or "COCH"
        => "Chinese",
    AnyOther = "OOTH"
        or "OAFG" or "OARA" or "OEGY" or "OFIL" or "OIRN" or "OIRQ" or "OJPN" or "OKOR" or "OKRD"
        or "OLAM" or "OLEB" or "OLIB" or "OMAL" or "OMRC" or "OPOL" or "OTHA" or "OVIE" or "OYEM"
        or "OOEG"
        => "Any other ethnic group",
    Refused = "REFU" => "Refused",
    NotObtained = "NOBT" => "Information not yet obtained",
}

code_set! {
    /// What is provided for a learner's special educational needs.
    SenProvision, refused with "Enter E for an EHC plan, K for SEN support or N for no special educational need";
    NoNeed = "N" => "No special educational need",
    Support = "K" => "SEN support",
    EhcPlan = "E" => "Education, health and care plan",
}

code_set! {
    /// A type of special educational need. A learner has a primary one and may have a secondary one.
    SenNeed, refused with "Enter a SEN type of the national list, like SEMH";
    SpecificLearning = "SPLD" => "Specific learning difficulty",
    ModerateLearning = "MLD" => "Moderate learning difficulty",
    SevereLearning = "SLD" => "Severe learning difficulty",
    ProfoundAndMultipleLearning = "PMLD" => "Profound and multiple learning difficulty",
    SocialEmotionalMentalHealth = "SEMH" => "Social, emotional and mental health",
    SpeechLanguageCommunication = "SLCN" => "Speech, language and communication needs",
    Hearing = "HI" => "Hearing impairment",
    Vision = "VI" => "Vision impairment",
    MultiSensory = "MSI" => "Multi-sensory impairment",
    Physical = "PD" => "Physical disability",
    Autism = "ASD" => "Autistic spectrum disorder",
    DownSyndrome = "DS" => "Down syndrome",
    Other = "OTH" => "Other difficulty or disability",
    NotAssessed = "NSA" => "SEN support, but no specialist assessment of the type of need",
}

impl SenNeed {
    /// Whether a need can stand beside a provision: who has no special educational need has no type
    /// of it, and an EHC plan always rests on an assessment.
    pub fn fits(self, provision: SenProvision) -> bool {
        match provision {
            SenProvision::NoNeed => false,
            SenProvision::Support => true,
            SenProvision::EhcPlan => self != Self::NotAssessed,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// Every code is read back, no code or label stands twice, and all are written as national files write them.
    macro_rules! holds_together {
        ($set:ty, $count:literal) => {
            let codes: BTreeSet<&str> = <$set>::ALL.iter().map(|case| case.code()).collect();
            let labels: BTreeSet<&str> = <$set>::ALL.iter().map(|case| case.label()).collect();
            assert_eq!((<$set>::ALL.len(), codes.len(), labels.len()), ($count, $count, $count));
            for &case in <$set>::ALL {
                assert_eq!(<$set>::parse(case.code()), Ok(case));
                assert_eq!(<$set>::parse(&format!(" {} ", case.code().to_lowercase())), Ok(case));
                assert_eq!(case.to_string(), case.label());
                assert!(case.code().bytes().all(|b| b.is_ascii_uppercase()));
            }
            for wrong in ["", "?", "ZZZZ", "Female, or"] {
                assert!(<$set>::parse(wrong).is_err_and(|why| why.starts_with("Enter ")), "{wrong:?}");
            }
        };
    }

    #[test]
    fn code_sets_hold_together() {
        holds_together!(Sex, 3);
        holds_together!(Ethnicity, 20);
        holds_together!(SenProvision, 3);
        holds_together!(SenNeed, 14);
    }

    #[test]
    fn extended_ethnicities_count_as_their_main_code() {
        for (extended, main) in [
            ("WENG", Ethnicity::WhiteBritish),
            ("wowb", Ethnicity::WhiteBritish),
            ("WALB", Ethnicity::OtherWhite),
            ("WROO", Ethnicity::GypsyRoma),
            ("MWAI", Ethnicity::WhiteAndAsian),
            ("AKPA", Ethnicity::Pakistani),
            ("BSOM", Ethnicity::BlackAfrican),
            ("OYEM", Ethnicity::AnyOther),
        ] {
            assert_eq!(Ethnicity::parse(extended), Ok(main), "{extended}");
        }
    }

    #[test]
    fn needs_beside_a_provision() {
        for &need in SenNeed::ALL {
            assert!(!need.fits(SenProvision::NoNeed));
            assert!(need.fits(SenProvision::Support));
            assert_eq!(need.fits(SenProvision::EhcPlan), need != SenNeed::NotAssessed);
        }
    }
}
