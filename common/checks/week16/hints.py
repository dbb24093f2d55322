"""The hints of week 16: a question, the place to read again, the idea; never the formula."""

from common.checks.judge import read_hints

__all__ = ["HINTS"]

HINTS = read_hints(
    """
# layers: 1, 2 and 6

repeated rows, repeated rows of W, repeated biases:
    ? A word stands twice in the batch. What is left of the first of its two gradients?
    @ 1_row_slice.ipynb, section "The obvious code, and what it loses"
    ! Several places of the batch may own one row. All of them must arrive, not the last alone.

not cleared, bias not cleared, da not cleared:
    ? What stood in the gradient before this batch came?
    @ 1_row_slice.ipynb, section "The layer, whole"
    ! A gradient belongs to one batch. What the batch before left must be gone first.

cleared in part:
    ? Which rows of dW did the first batch touch, that the second does not?
    @ 1_row_slice.ipynb, section "The layer, whole"
    ! Clear the whole array: a word that is absent now may have been there before.

not in place:
    ? A model keeps the arrays of `grads` from the day it is built. Is yours still the same array?
    @ 1_row_slice.ipynb, section "The layer, whole"
    ! Write into the array that is there. A new array in `grads` is seen by nobody.

averaged, averaged over the batch:
    ? Where in the forward pass do you see a division by N?
    @ 1_row_slice.ipynb, section "The gradient of a slice"
    ! The loss has taken its mean already, and `dout` carries it. What several examples share
      adds up.

# exercise 1

no weight forward:
    ? Row 1 and the weight 2: what should y be?
    @ exercises.ipynb, the equation of this exercise
    ! Every number of a row is multiplied by the weight of its example.

no weight back:
    ? If a_n is 3, and a number of W grows by 1, by how much does y_n grow?
    @ 1_row_slice.ipynb, section "The gradient of a slice"
    ! A number of W reaches y through its weight, and so does its gradient on the way back.

mean over d:
    ? In how many numbers of y_n does the one weight a_n take part?
    @ 2_yes_no_question.ipynb, section "The gradient of a dot product, proved"
    ! A number that takes part H times collects H gradients.

y for w:
    ? How much does y_n change when a_n grows by 1? Does the answer depend on a_n?
    @ 2_yes_no_question.ipynb, section "The gradient of a dot product, proved"
    ! In a product each factor receives the other factor alone.

gradient without w:
    ? How much does y_n change when a_n grows by 1?
    @ 2_yes_no_question.ipynb, section "The gradient of a dot product, proved"
    ! In a product each factor receives the other factor.

one number for all:
    ? How many weights are there, and how many gradients did you return?
    @ 1_row_slice.ipynb, section "The gradient of a slice"
    ! Each example has a weight of its own: nothing is summed over n.

# exercise 2

product averaged:
    ? Is a dot product a sum or a mean?
    @ 2_yes_no_question.ipynb, section "One score alone"
    ! Add up the products of all H numbers, and divide by nothing.

bias left out:
    ? Two words have the same row of W. Can your layer give them different scores?
    @ exercises.ipynb, the equation of this exercise
    ! The bias of the word that is asked belongs to each score.

bias by column:
    ? Whose bias is it: the question's, or the word's?
    @ 2_yes_no_question.ipynb, section "Several words for each example"
    ! Take biases as you take rows: by the ids, not by the columns.

bias in dh:
    ? How does a score change with h? Does the bias change it?
    @ 2_yes_no_question.ipynb, section "The gradient of a dot product, proved"
    ! A number that is only added has no part in the gradient of the others.

candidates averaged:
    ? In how many scores of its example does h take part?
    @ 2_yes_no_question.ipynb, section "Several words for each example"
    ! What takes part K times collects K gradients.

other factor:
    ? In the product of h and w, which of them does w receive as its gradient?
    @ 2_yes_no_question.ipynb, section "The gradient of a dot product, proved"
    ! Each factor receives the OTHER factor.

bias counted:
    ? You brought a 1 for each score. What is the gradient of a score?
    @ 2_yes_no_question.ipynb, section "From the rows back to the matrix"
    ! The bias takes over the whole gradient of its score, as it is.

bias without gradient:
    ? If b grows, does the score grow?
    @ 2_yes_no_question.ipynb, section "From the rows back to the matrix"
    ! The bias is learned too: its gradient goes the way of the rows.

# exercise 3

naive logarithm, 1e-7 inside:
    ? What does the computer store for the sigmoid of 90, and what is 1 minus that?
    @ 3_y_minus_t.ipynb, section "The cliff"
    ! Do not go through y. Work with the score itself, and let no exponent be positive.

log of 1 + z:
    ? What is 1 + 1e-18 in a computer?
    @ 3_y_minus_t.ipynb, section "A form that does not break"
    ! A tiny number is lost as soon as a 1 is added. NumPy has a function for this sum's logarithm.

mean of all, loss averaged only:
    ? How many examples does the batch have, and by how much did you divide?
    @ 3_y_minus_t.ipynb, section "A trap of shapes"
    ! The mean runs over the N examples. The questions of one example add up.

sum of weights:
    ? What happens to the loss if all weights are doubled?
    @ exercises.ipynb, the equation of this exercise
    ! The equation divides by the number of examples, whatever the weights are.

no weight in the loss:
    ? Two questions with the same score and label, and the weights 1 and 2. Which costs more?
    @ exercises.ipynb, the equation of this exercise
    ! The weight multiplies the loss of its question.

no weight in dx:
    ? A question counts twice. How steep is its loss?
    @ 3_y_minus_t.ipynb, section "By calculus, in two lines"
    ! A constant factor of the loss is a factor of its gradient too.

no 1/N:
    ? The loss is a mean. Did the mean come back?
    @ 3_y_minus_t.ipynb, section "The layer, whole"
    ! What divides on the way forward divides on the way back.

turned round:
    ? The label is 1 and the answer is too small. Must the gradient be positive or negative?
    @ 3_y_minus_t.ipynb, section "What y − t says"
    ! Descent goes against the gradient: where the score should rise, the gradient is negative.

upstream:
    ? What do you do with the gradient that arrives from above?
    @ 3_y_minus_t.ipynb, section "The gradient, node by node"
    ! Every backward pass begins with `dout`, also when it is 1 most of the time.

squared error:
    ? Which loss gives a gradient with y (1 - y) in it?
    @ 3_y_minus_t.ipynb, section "By calculus, in two lines"
    ! With this loss two factors cancel: that is why it was chosen.

# exercise 4

target drawn:
    ? What does your function do when a number falls into the target's stretch?
    @ 4_sampling.ipynb, section "No target, no repeats"
    ! Take the target's stretch out of the staircase before any number is looked up.

next word:
    ? A draw that hits the target goes to its neighbour. How often does the neighbour come now?
    @ 4_sampling.ipynb, section "No target, no repeats"
    ! All the others must gain in proportion to what they have.

all alike:
    ? Which word is drawn most often, a frequent one or any?
    @ 4_sampling.ipynb, section "Draw from a staircase"
    ! The steps of the staircase have different heights.

not shortened, clipped:
    ? How long is the staircase when one stretch is taken out? How long are your numbers?
    @ 4_sampling.ipynb, section "Draw from a staircase"
    ! The uniform numbers must cover what is left of the staircase, and no more.

never skipped:
    ? You made the numbers smaller. Where is the stretch that they must jump over?
    @ 4_sampling.ipynb, section "No target, no repeats"
    ! Behind the place where the target begins, every number is too small by the target's share.

always skipped:
    ? What happens to the words in front of the target?
    @ 4_sampling.ipynb, section "No target, no repeats"
    ! Only numbers at or behind the target's beginning have something to jump over.

end for start:
    ? Does a number jump where the target begins, or where it ends?
    @ 4_sampling.ipynb, section "Draw from a staircase"
    ! The first number that must jump is the one at which the target's stretch begins.

first target:
    ? Each row has its own target. Which one do you leave out in the second row?
    @ 4_sampling.ipynb, section "The sampler that ships"
    ! Compare each row with the target of this row: the target needs a second axis.

edge:
    ? The number 0.0 is possible. Which word does it give if word 0 has the probability 0?
    @ 4_sampling.ipynb, section "Draw from a staircase"
    ! A stretch has its beginning, but not its end. The search can be told which side counts.

sorted:
    ? Swap two uniform numbers. Do your two words change places too?
    @ 4_sampling.ipynb, section "Draw from a staircase"
    ! Each number gives its own word, in its own place.

# exercise 5

one number a word:
    ? The same word stands in two places. Must both stay or go together?
    @ 4_sampling.ipynb, section "Leave out words that say little"
    ! Every place of the text is decided for itself.

numbers turned round:
    ? A word is kept with probability 0.9. How many uniform numbers lie below 0.9?
    @ 4_sampling.ipynb, section "Leave out words that say little"
    ! Read your comparison aloud with the probability 1.

drop for keep:
    ? Is `keep` the probability to stay, or to go?
    @ exercises.ipynb, the text of this exercise
    ! A word with the probability 1 is there in every draw.

ends:
    ? How many words has the window around the first word?
    @ 5_cbow_and_skipgram.ipynb, section "CBOW: divided forward, divided backward"
    ! Only a place with m words on both sides has a window.

middle word only, middle word forgotten, one side, one word short:
    ? Write down the places of one window. How many words must stay?
    @ 5_cbow_and_skipgram.ipynb, section "CBOW: divided forward, divided backward"
    ! A window is whole if its word AND its contexts on both sides stay.

gaps closed:
    ? Does your window close the gap where a word is gone?
    @ exercises.ipynb, the text of this exercise
    ! Look at the windows of the whole text, and ask of each if a word is missing.

all windows:
    ? A word in the middle is gone. Is its window whole?
    @ exercises.ipynb, the text of this exercise
    ! Each window has its own chance to stay whole. Add up these chances.

mean keep:
    ? Words 0.0 and 1.0 have the mean 0.5. How likely do both stay?
    @ 4_sampling.ipynb, section "Leave out words that say little"
    ! The chance of a window is made of the chances of its own words. A mean forgets which they are.

each word once:
    ? A word stands in five places. How many of them do you expect to stay?
    @ 4_sampling.ipynb, section "Leave out words that say little"
    ! Add up over the places of the text, not over the vocabulary.

# exercise 6

nearest last:
    ? Which column of `contexts` belongs to the first weight?
    @ 5_cbow_and_skipgram.ipynb, section "CBOW: divided forward, divided backward"
    ! Column c and weight c belong together.

divided by C, plain mean, normalised:
    ? What does the equation of h divide by?
    @ exercises.ipynb, the equation of this exercise
    ! The weights take the place of 1/C. They may be negative, and need not add up to 1.

distance left out, 1/C back, 1/C for weights:
    ? By how much does h grow when a number of one context's row grows by 1?
    @ 5_cbow_and_skipgram.ipynb, section "CBOW: divided forward, divided backward"
    ! In the lesson every context was 1/C of h. Here each one is another part of it.

1/C in da:
    ? Where does a C divide on the way forward?
    @ 5_cbow_and_skipgram.ipynb, section "CBOW: divided forward, divided backward"
    ! What does not divide forward does not divide backward.

h for w:
    ? Which vector does the weight of context c multiply?
    @ 2_yes_no_question.ipynb, section "The gradient of a dot product, proved"
    ! In a product each factor receives the other one: here the row of its own context.

weights not learned:
    ? Does h change when a weight changes?
    @ 2_yes_no_question.ipynb, section "The gradient of a dot product, proved"
    ! The weights are learned like everything else in `params`: their gradient goes into `grads`.

# exercise 7

A passes:
    ? Which line of A differs, and when do the two ways of writing it differ?
    @ 1_row_slice.ipynb, section "The obvious code, and what it loses"
    ! Nothing is lost while all ids on the left are different.

B passes:
    ? What does B do with a row that both sides want?
    @ 1_row_slice.ipynb, section "The gradient of a slice"
    ! One word may stand on the left and on the right, even in one pair.

C passes:
    ? For which word does C behave differently?
    @ 1_row_slice.ipynb, section "The layer, whole"
    ! Ids begin at 0.

more than one:
    ? Which other layer fails on your batch, and which of your pairs does it dislike?
    @ exercises.ipynb, the text of this exercise
    ! A good test names the bug. Change the ids that only the other layer minds.

smaller:
    ? Which of your pairs could go?
    @ exercises.ipynb, the text of this exercise
    ! Take a pair away, and run the cell again.

# exercise 9

two branches:
    ? How many answers does one question have here?
    @ 7_huffman_tree.ipynb, section "Huffman's tree, merge by merge"
    ! Each merge puts as many trees together as a question has answers.

no filler:
    ? How many trees are left after each merge, and how many at the very end?
    @ 7_huffman_tree.ipynb, section "A tree by hand"
    ! If the last merge has too few trees, the root wastes a branch. Waste it at the bottom instead.

filler counts:
    ? How often does the word come that you added to make the numbers fit?
    @ 7_huffman_tree.ipynb, section "Huffman's tree, merge by merge"
    ! What is not in the text weighs nothing.

heaviest first, lightest for sum, heaviest for sum:
    ? What does a new node weigh, and which nodes are merged first?
    @ 7_huffman_tree.ipynb, section "Huffman's tree, merge by merge"
    ! A merge costs the weight of the new node: all that is below it. So merges should be light.

equal lengths:
    ? Does a word that comes often have a shorter way in your tree?
    @ 7_huffman_tree.ipynb, section "Huffman's tree, merge by merge"
    ! Give the frequent words short ways, and let the rare ones pay.

by rank:
    ? Whose code stands first in your list: that of word 0, or that of the most frequent word?
    @ 7_huffman_tree.ipynb, section "Path and code"
    ! Entry v belongs to word id v.

# exercise 10

base 2, base 10:
    ? Which logarithm does the course use?
    @ 9_shifted_pmi.ipynb, section "Counts, PMI and SVD, in three cells"
    ! The loss is made of natural logarithms, and so is the score at which it ends.

only the pair, total forgotten, pairs of a word only, turned over:
    ? How often would the pair come if the two words did not care for each other?
    @ 9_shifted_pmi.ipynb, section "Counts, PMI and SVD, in three cells"
    ! Compare what is counted with what chance would give. You need the sum of a row, of a column
      and of all.

clipped at 0, never is 0:
    ? Is "as often as by chance" the same as "never"?
    @ 9_shifted_pmi.ipynb, section "Pairs that never occur"
    ! The best score may be negative, and for a pair that never comes there is no best one.

not shifted, added, 1 + K, divided by K:
    ? More negatives say more noes. Do the scores rise or fall, and by how much?
    @ 9_shifted_pmi.ipynb, section "Where does training end?"
    ! Every score is moved down by the same amount, which depends on the number of negatives.

the logarithm itself:
    ? If this number of negatives is put in, which score comes out?
    @ 9_shifted_pmi.ipynb, section "Where does training end?"
    ! You look for K itself, not for its logarithm.

# exercise 11

boxes of size V, not scaled:
    ? How many units do all boxes hold together, and how many does each word have?
    @ 10_race_and_alias.ipynb, section "Boxes of equal size"
    ! In the lesson the words had 1 on average. Multiply all by the same number, boxes too.

giver does not pay, giver pays the wrong part:
    ? How much of a word is left when it has filled up somebody's box?
    @ 10_race_and_alias.ipynb, section "Boxes of equal size"
    ! What a word gives to others it has no more for itself.

giver stays large:
    ? A word gave so much that it cannot fill its own box. What happens to it?
    @ 10_race_and_alias.ipynb, section "Boxes of equal size"
    ! A word that was too large may become too small by giving.

alias turned round:
    ? Whose name is written on a box: of the one who gives, or of the one who takes?
    @ 10_race_and_alias.ipynb, section "Boxes of equal size"
    ! Box v needs to know who fills up its rest.

coin at the edge:
    ? The coin shows 0, 1, ... In a box with part 1, for how many coins is the box's own word right?
    @ 10_race_and_alias.ipynb, section "Boxes of equal size"
    ! Count the coins that give the own word: there are exactly as many as its part says.

own and alias exchanged, alias never taken:
    ? A box is nearly full of its own word. Which word should come more often?
    @ 10_race_and_alias.ipynb, section "Boxes of equal size"
    ! The coin decides between the two words of the box, in proportion to what they hold.

# exercise 12

one reach, all m:
    ? Does each word of the block look equally far?
    @ 11_the_climb.ipynb, section "CBOW climbs too"
    ! Row b belongs to word b, and has its own reach.

not moved:
    ? In which column does word 0 of the block stand itself?
    @ 11_the_climb.ipynb, section "A block of text is one small product"
    ! The block begins after the m columns on its left.

flat, m for the reach, off by one:
    ? A word has the reach 2. What do its neighbours at the distances 1, 2 and 3 weigh?
    @ exercises.ipynb, the text of this exercise
    ! The farthest context within reach weighs 1, and each step nearer adds 1.

the word itself:
    ? Does a word help to guess itself?
    @ 11_the_climb.ipynb, section "CBOW climbs too"
    ! The word in the middle is the one to be guessed.

beyond the text, divided by all:
    ? What stands in the columns before the text begins?
    @ 11_the_climb.ipynb, section "A block of text is one small product"
    ! A column without a word weighs nothing, and is not counted when the row is divided.

not divided, columns divided:
    ? What must the weights of one word's contexts add up to, so that h is a mean?
    @ 11_the_climb.ipynb, section "CBOW climbs too"
    ! Each row is a mean of its own.

nan:
    ? What is the mean of no contexts?
    @ exercises.ipynb, the text of this exercise
    ! A word that has no context gets a row of zeros. Do not divide there.

divided late, mean reach:
    ? You took the mean first and divided afterwards. Is that the mean of what was divided?
    @ 11_the_climb.ipynb, section "CBOW climbs too"
    ! Write down the rows for each reach, finished, and take the mean of these rows.

sum of reaches, from 0:
    ? How many reaches are there, and which is the smallest?
    @ 11_the_climb.ipynb, section "CBOW climbs too"
    ! All reaches from 1 to m are equally likely.
"""
)
