//! The forms about one's own password and PIN: opening the locked terminal, proving who one is, setting new ones.

use super::Form;
use super::field::{Field, FieldKind};
use crate::domain::reject::Reject;
use secrecy::SecretString;

/// What such a form is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Own {
    /// Opening the locked terminal by the password, or by a badge first.
    Unlock,
    /// Opening it by the PIN, after the badge.
    UnlockByPin,
    /// Proving who one is, for administration.
    Prove,
    /// A new PIN.
    SetPin,
    /// A new password.
    ChangePassword,
}

/// What such a form comes to.
#[derive(Debug, Clone)]
pub struct OwnSecrets {
    /// What for.
    pub own: Own,
    /// The password or the PIN that is there.
    pub current: SecretString,
    /// The new one, where one is set.
    pub new: Option<SecretString>,
}

impl Own {
    /// What stands above the form.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Unlock | Self::UnlockByPin => "Unlock",
            Self::Prove => "Administration: your password again",
            Self::SetPin => "Set your PIN",
            Self::ChangePassword => "Change your password",
        }
    }

    /// The form's fields.
    pub fn fields(self) -> Vec<Field> {
        let secret = |name, label, help| Field::new(name, label, FieldKind::Secret, help).required();
        let password = |help| secret("current", "Password", help);
        match self {
            Self::Unlock => vec![password("Your password; or scan your badge, then type your PIN")],
            Self::UnlockByPin => vec![secret("pin", "PIN", "The six digits of your PIN")],
            Self::Prove => vec![password("Asked again when you have not typed it for five minutes")],
            Self::SetPin => vec![
                password("The one you log in with"),
                secret("pin", "New PIN", "Six digits without a pattern; with your badge it opens the locked terminal"),
                secret("again", "Once more", "The same again, against slips"),
            ],
            Self::ChangePassword => vec![
                password("The one you log in with"),
                secret("password", "New password", "A sentence is good"),
                secret("again", "Once more", "The same again, against slips"),
            ],
        }
    }

    const fn new_field(self) -> Option<&'static str> {
        match self {
            Self::Unlock | Self::UnlockByPin | Self::Prove => None,
            Self::SetPin => Some("pin"),
            Self::ChangePassword => Some("password"),
        }
    }

    /// What the form comes to.
    pub fn read(self, form: &Form) -> Result<OwnSecrets, Vec<Reject>> {
        let text = |name: &str| form.field(name).map(|field| field.text.clone()).unwrap_or_default();
        let new = self.new_field().map(text);
        if new.as_ref().is_some_and(|new| *new != text("again")) {
            return Err(vec![Reject::new("again", "is not the same as above", "type it twice alike")]);
        }
        let current = text(if self == Self::UnlockByPin { "pin" } else { "current" });
        Ok(OwnSecrets { own: self, current: SecretString::from(current), new: new.map(SecretString::from) })
    }
}
