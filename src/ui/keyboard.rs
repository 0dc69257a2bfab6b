//! The Latin character at the place of a key, for keyboards that write another
//! script: what a key does goes by where it is.

/// Letters of other scripts, each before the Latin character at its place on a
/// QWERTY keyboard, as the layouts of xkeyboard-config have them. A letter at
/// different places of two layouts counts for the first.
const PLACES: [&str; 11] = [
    // Russian
    "йqцwуeкrеtнyгuшiщoзpх[ъ]фaыsвdаfпgрhоjлkдlж;э'яzчxсcмvиbтnьmб,ю.ЙQЦWУEКRЕTНYГUШIЩOЗPХ{Ъ}ФAЫSВDАFПGРHОJЛKДLЖ:Э\"ЯZЧXСCМVИBТNЬMБ<Ю>",
    // Ukrainian
    "ї]іsє'Ї}ІSЄ\"",
    // Belarusian
    "ўoЎO",
    // Greek
    "ςwεeρrτtυyθuιiοoπpαaσsδdφfγgηhξjκkλlζzχxψcωvβbνnμmΣSΕEΡRΤTΥYΘUΙIΟOΠPΑAΔDΦFΓGΗHΞJΚKΛLΖZΧXΨCΩVΒBΝNΜM",
    // Hebrew
    "קeרrאtטyוuןiםoפpשaדsגdכfעgיhחjלkךlף;זzסxבcהvנbמnצmת,ץ.",
    // Arabic
    "ضqصwثeقrفtغyعuهiخoحpج[د]شaسsيdبfلgاhتjنkمlك;ط'ئzءxؤcرvﻻbىnةmو,ز.ظ/ﻹTإYﻷGأHـJﻵBآN؟?",
    // Persian
    "چ]یdک;گ'ذbپmژC",
    // Georgian
    "ქqწwეeრrტtყyუuიiოoპpაaსsდdფfგgჰhჯjკkლlზzხxცcვvბbნnმmჭWღRთTშSჟJძZჩC",
    // Armenian
    "ճqփwբeսrմtոyւuկiըoթpծ[ց]ջaվsգdեfաgնhիjտkհlպ;ր'ժzդxչcյvզbլnքmխ,շ.ռ/ՃQՓWԲEՍRՄTՈYՒUԿIԸOԹPԾ{Ց}ՋAՎSԳDԵFԱGՆHԻJՏKՀLՊ:Ր\"ԺZԴXՉCՅVԶBԼNՔMԽ<Շ>Ռ?",
    // Digits without Shift on French and Belgian keyboards; the hyphen is one
    // everywhere.
    "&1é2\"3'4(5§6è7_8ç9à0",
    // Arabic and Persian digits
    "٠0١1٢2٣3٤4٥5٦6٧7٨8٩9۰0۱1۲2۳3۴4۵5۶6۷7۸8۹9",
];

/// The Latin character at the place of the key that writes `c`.
pub fn latin(c: char) -> Option<char> {
    PLACES.iter().find_map(|pairs| {
        let mut pairs = pairs.chars();
        while let (Some(written), Some(latin)) = (pairs.next(), pairs.next()) {
            if written == c {
                return Some(latin);
            }
        }
        None
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_where_they_are_in_every_script() {
        // The keys n, f, r, w, b, m, T from left to right of what each of these
        // keyboards has printed on them (national standards, as Windows has them).
        for (layout, written) in [
            ("ЙЦУКЕН", "такциьЕ".to_owned()),
            ("Greek", "νφρςβμΤ".to_owned()),
            ("Arabic", "ىبقصﻻةف".to_owned()),
            ("Georgian", "ნფრწბმთ".to_owned()),
            ("Armenian", "լեսփզքՄ".to_owned()),
        ] {
            let typed: String = written.chars().filter_map(latin).collect();
            assert!(typed.eq_ignore_ascii_case("nfrwbmt"), "{layout}: {typed}");
        }
        assert_eq!(
            "מכרנצ".chars().filter_map(latin).collect::<String>(),
            "nfrbm"
        );
        assert_eq!(
            "&é\"'(è_çà".chars().filter_map(latin).collect::<String>(),
            "123457890"
        );
        // What is written in Latin letters stays.
        assert!(('a'..='z').chain('A'..='Z').all(|c| latin(c).is_none()));
    }
}
